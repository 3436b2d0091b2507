import fc from 'fast-check'

// Properties try the same values in every run: one that fails, fails for everybody. XCONNECTOR_PROPERTY_SEED tries others.
fc.configureGlobal({ seed: Number(process.env['XCONNECTOR_PROPERTY_SEED'] ?? 1) })
