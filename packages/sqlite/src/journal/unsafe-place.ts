import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

// Numbers of file systems as Linux gives them (statfs(2)).
const KINDS: ReadonlyMap<number, string> = new Map([
  [0x01021994, 'tmpfs: it is gone with the next start of the machine'],
  [0x858458f6, 'ramfs: it is gone with the next start of the machine'],
  [0x794c7630, 'overlayfs: in a container it is gone with the container'],
  [0x6969, 'NFS: its locks cannot be trusted'],
  [0x517b, 'SMB: its locks cannot be trusted'],
  [0xff534d42, 'CIFS: its locks cannot be trusted'],
  [0xfe534d42, 'SMB2: its locks cannot be trusted'],
  [0x01021997, '9p: its locks cannot be trusted'],
])

/** Says why what is written beside a file may not last; undefined where nothing speaks against the place. */
export const unsafePlace = async (
  file: string,
  typeOf: (directory: string) => Promise<number> = fileSystem,
): Promise<string | undefined> => {
  try {
    return KINDS.get(await typeOf(dirname(file)))
  } catch {
    return undefined
  }
}

const fileSystem = async (directory: string): Promise<number> => (await statfs(directory)).type
