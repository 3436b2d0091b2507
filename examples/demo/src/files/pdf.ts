import { PDFDocument, StandardFonts } from 'pdf-lib'
import { makeJpeg } from './jpeg.ts'
import type { SeededNoise } from './seeded-noise.ts'

const WORDS =
  'the spring line for every market with prices terms and a picture of each product by region'.split(' ')
// Fixed, so that one seed gives one file.
const WRITTEN = new Date('2026-11-01T08:00:00Z')

/** A PDF of two pages, one of text and one with a picture, of about `size` bytes. */
export const makePdf = async (noise: SeededNoise, size: number): Promise<Uint8Array> => {
  const pdf = await PDFDocument.create({ updateMetadata: false })
  pdf.setTitle(`Product sheet ${noise.word()}`)
  pdf.setCreationDate(WRITTEN)
  pdf.setModificationDate(WRITTEN)
  const font = await pdf.embedFont(StandardFonts.Helvetica)
  const text = pdf.addPage([595, 842])
  for (let line = 0; line < 40; line++) {
    const words = Array.from({ length: 9 }, () => WORDS[noise.below(WORDS.length)]!)
    text.drawText(words.join(' '), { x: 60, y: 770 - 18 * line, size: 11, font })
  }
  const image = await pdf.embedJpg(makeJpeg(noise, size))
  pdf.addPage([595, 842]).drawImage(image, { x: 60, y: 400, width: 475, height: 356 })
  return pdf.save()
}
