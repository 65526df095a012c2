// What reads QR codes: the browser's own reader, else that of a package, whose code is fetched from here only.
import { script, vendor } from "./vendor.js";

let made = null;

export function detector() {
  made ??= make().catch((error) => {
    made = null;
    throw error;
  });
  return made;
}

async function make() {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    return new BarcodeDetector({ formats: ["qr_code"] });
  }
  await script("barcode-detector.js");
  const { BarcodeDetector: Reader, prepareZXingModule } = globalThis.BarcodeDetectionAPI;
  prepareZXingModule({ overrides: { locateFile: (name) => vendor(name) } });
  return new Reader({ formats: ["qr_code"] });
}
