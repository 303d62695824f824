// A file that somebody chose, as JSON carries it to the hall. It reads nothing of what is in it.
export const LARGEST = 4 * 1024 * 1024; // bytes of a file

/** The file in base64. */
export const encoded = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve((reader.result as string).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.readAsDataURL(file);
  });
