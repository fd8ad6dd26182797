/** Numbers of the QXL programming interface. All fields are little-endian; offsets are bytes. */

export const bars = { ram: 0, vram32: 1, rom: 2, io: 3, vram64: 4 } as const;

/** I/O ports: offsets in BAR 3. */
export const ports = {
  notifyCommand: 0,
  notifyCursor: 1,
  updateArea: 2,
  updateIrq: 3,
  notifyOom: 4,
  reset: 5,
  setMode: 6,
  log: 7,
  memslotAdd: 8,
  memslotDelete: 9,
  detachPrimary: 10,
  attachPrimary: 11,
  createPrimary: 12,
  destroyPrimary: 13,
  destroySurface: 14,
  destroyAllSurfaces: 15,
  updateAreaAsync: 16,
  memslotAddAsync: 17,
  createPrimaryAsync: 18,
  destroyPrimaryAsync: 19,
  destroySurfaceAsync: 20,
  destroyAllSurfacesAsync: 21,
  flushSurfacesAsync: 22,
  flushRelease: 23,
  monitorsConfigAsync: 24,
} as const;

/** Bits of int_pending and int_mask. */
export const interruptBits = {
  display: 1,
  cursor: 2,
  ioCommand: 4,
  error: 8,
  client: 16,
  clientMonitorsConfig: 32,
} as const;

export const romMagic = 0x4f525851;
export const ramMagic = 0x41525851;

export const romLayout = {
  bytes: 8192,
  magic: 0,
  id: 4,
  logLevel: 16,
  mode: 20,
  modesOffset: 24,
  pageCount: 28,
  pagesOffset: 32,
  drawAreaOffset: 36,
  surface0AreaSize: 40,
  ramHeaderOffset: 44,
  surfaceCount: 52,
  slotsStart: 64,
  slotsEnd: 65,
  slotGenerationBits: 66,
  slotIdBits: 67,
  slotGeneration: 68,
  clientPresent: 69,
  clientCapabilities: 70,
  clientMonitorsCrc: 128,
  clientMonitors: 132,
  /** Where we put the list of modes: behind the header. */
  modes: 1160,
} as const;
export const clientCapabilityBytes = 58;
/** Count, padding and 64 rectangles. */
export const clientMonitorsBytes = 1028;
export const maxClientMonitors = 64;

export const ramLayout = {
  bytes: 8192,
  magic: 0,
  intPending: 4,
  intMask: 8,
  log: 12,
  logBytes: 4096,
  commandRing: 4108,
  cursorRing: 4640,
  releaseRing: 5172,
  updateArea: 5256,
  updateSurface: 5272,
  slotStart: 5276,
  slotEnd: 5284,
  createSurface: 5292,
  monitorsConfig: 5340,
} as const;

/** Inside each ring. */
export const ringLayout = {
  size: 0,
  produced: 4,
  notifyProduced: 8,
  consumed: 12,
  notifyConsumed: 16,
  items: 20,
};
export const commandRingSize = 32;
export const commandItemBytes = 16;
export const releaseRingSize = 8;
export const releaseItemBytes = 8;

/** Inside the create_surface record of 40 bytes. */
export const createSurfaceLayout = {
  width: 0,
  height: 4,
  stride: 8,
  format: 12,
  flags: 24,
  type: 28,
  memory: 32,
};
export const createSurfaceBytes = 40;
export const keepDataFlag = 1;

/** What a command ring item is. */
export const commandTypes = { nop: 0, draw: 1, update: 2, cursor: 3, message: 4, surface: 5 } as const;

export const slotCount = 8;
export const slotsStart = 1;
/** Low bits of a QXLPHYSICAL address; above them 8 bits of generation and 8 of slot id. */
export const addressBits = 48;
export const addressMask = 0xffff_ffff_ffffn;
