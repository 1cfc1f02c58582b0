/** What `torchvision.datasets.ImageFolder` takes for images and a browser decodes, and GIF. */
export const IMAGE_FILE = /\.(?:png|jpe?g|webp|bmp|gif)$/i;
