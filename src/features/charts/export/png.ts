/** Pixels of the longest side that browsers draw on. */
const LONGEST = 16_384;

/**
 * Paints an SVG document of our own making.
 *
 * @throws DOMException when it is larger than a browser can paint
 */
export async function pngOf(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    if (Math.max(width, height) > LONGEST) throw tooLarge(width, height);
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (!blob) throw tooLarge(width, height);
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}

function tooLarge(width: number, height: number): DOMException {
  return new DOMException(`${width} × ${height} pixels`, 'EncodingError');
}
