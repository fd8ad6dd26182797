/**
 * The parts of npm's v86 that its type declarations leave out. They were read off the exact version that
 * package.json pins; nothing outside this package sees them.
 */

export type PortRead = (this: unknown, port: number) => number;
export type PortWrite = (this: unknown, value: number, port: number) => void;

export interface V86PortEntry {
  read8: PortRead;
  read16: PortRead;
  read32: PortRead;
  write8: PortWrite;
  write16: PortWrite;
  write32: PortWrite;
  device: unknown;
}
export interface V86Io {
  readonly ports: V86PortEntry[];
  register_read(port: number, device: object, r8: PortRead, r16?: PortRead, r32?: PortRead): void;
  register_write(port: number, device: object, w8: PortWrite, w16?: PortWrite, w32?: PortWrite): void;
  port_write8(port: number, value: number): void;
  port_read8(port: number): number;
}

export interface V86PciBar {
  readonly size: number;
  /** Added when the device is registered. */
  readonly original_bar?: number;
  readonly entries?: readonly V86PortEntry[];
}
export interface V86PciDevice {
  readonly name: string;
  /** Device number in bits 3..7, function in bits 0..2. */
  readonly pci_id: number;
  /** The initial configuration space: 256 bytes. */
  readonly pci_space: readonly number[];
  readonly pci_bars: (V86PciBar | undefined)[];
  readonly pci_rom_size?: number;
  readonly pci_rom_address?: number;
}
export interface V86Pci {
  readonly devices: (V86PciDevice | undefined)[];
  readonly device_spaces: (Int32Array | undefined)[];
  /** The configuration space of the PIIX3 bridge; 0x60..0x63 route INTA..INTD. */
  readonly isa_bridge_space8: Uint8Array;
  register_device(device: V86PciDevice): Int32Array;
  raise_irq(pciId: number): void;
  lower_irq(pciId: number): void;
}

export interface V86Ps2 {
  command_register: number;
  /** The keyboard reports keys. */
  enable_keyboard_stream: boolean;
  /** The next byte at port 0x60 is the argument of "set LEDs". */
  readonly next_read_led: boolean;
  readonly next_read_sample: boolean;
  readonly next_read_resolution: boolean;
  readonly read_command_register: boolean;
  readonly read_output_register: boolean;
  readonly use_mouse: boolean;
  port60_write(value: number): void;
}

export interface V86Layer {
  readonly image_data: { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number };
  readonly screen_x: number;
  readonly screen_y: number;
  readonly buffer_x: number;
  readonly buffer_y: number;
  readonly buffer_width: number;
  readonly buffer_height: number;
}
export interface V86Vga {
  readonly graphical_mode: boolean;
  readonly screen_width: number;
  readonly screen_height: number;
  readonly max_cols: number;
  readonly max_rows: number;
  readonly max_scan_line: number;
  readonly offset_register: number;
  readonly start_address: number;
  readonly cursor_address: number;
  readonly cursor_scanline_start: number;
  readonly cursor_scanline_end: number;
  readonly clocking_mode: number;
  readonly attribute_mode: number;
  /** 0x20 once the attribute controller was told to show the picture, 0 while it is blanked. */
  readonly palette_source: number;
  readonly dac_mask: number;
  readonly dac_map: Uint8Array;
  /** 0xRRGGBB. */
  readonly vga256_palette: Int32Array;
  /** The legacy window, planes one after another; text mode keeps character and attribute side by side. */
  readonly vga_memory: Uint8Array;
  readonly plane2: Uint8Array;
  readonly character_map_select: number;
  screen_fill_buffer(): void;
  complete_redraw(): void;
  complete_replot(): void;
}

/** The Sound Blaster 16. */
export interface V86Sb16 {
  /** Hz; a time constant gives fractions. */
  readonly sampling_rate: number;
  /** 0: the guest plays nothing. */
  readonly dma_bytes_left: number;
  readonly dma_paused: boolean;
}

export interface V86Uart {
  /** Bytes that the guest has not read; more than 4095 overwrite each other. */
  readonly input: { readonly length: number };
}

/** What the guest put into a queue: bytes to read, or room for a reply. */
export interface V86VirtioRequest {
  readonly length_readable: number;
  readonly length_writable: number;
  get_next_blob(into: Uint8Array): number;
}
export interface V86VirtioQueue {
  is_configured(): unknown;
  has_request(): boolean;
  pop_request(): V86VirtioRequest;
}
/** A virtio-console device with four ports. */
export interface V86VirtioConsole {
  readonly virtio: { readonly queues: readonly V86VirtioQueue[] };
  SendEvent(port: number, event: number, value: number): void;
  SendName(port: number, name: string): void;
  /** Gives a request back that had nothing to write. */
  Ack(queue: number, request: V86VirtioRequest): void;
}

export interface V86Cpu {
  readonly devices: {
    readonly sb16: V86Sb16;
    readonly uart0: V86Uart;
    readonly virtio_console: V86VirtioConsole;
    readonly pci: V86Pci;
    readonly ps2: V86Ps2;
    readonly vga?: V86Vga;
    readonly rtc: { cmos_write(index: number, value: number): void };
  };
  readonly io: V86Io;
  readonly memory_size: Uint32Array;
  readonly wasm_memory: { readonly buffer: ArrayBuffer };
  readonly gdtr_offset: Int32Array;
  readonly gdtr_size: Int32Array;
  readonly cr: Int32Array;
  readonly protected_mode: Int32Array;
  readonly flags: Int32Array;
  readonly is_32: Int32Array;
  readonly stack_size_32: Int32Array;
  readonly cpl: Uint8Array;
  readonly segment_is_null: Uint8Array;
  readonly segment_offsets: Int32Array;
  readonly segment_limits: Uint32Array;
  readonly segment_access_bytes: Uint8Array;
  readonly sreg: Uint16Array;
  readonly reg32: Int32Array;
  readonly instruction_pointer: Int32Array;
  readonly instruction_counter: Uint32Array;
  read_blob(address: number, length: number): Uint8Array;
  write_blob(bytes: Uint8Array, address: number): void;
  update_state_flags(): void;
  get_pic_addr_slave(): number;
  reboot_internal(): void;
}

export interface V86Bus {
  send(name: string, value?: unknown): void;
}

/** An instance of `V86`. */
export interface V86Emulator {
  readonly bus: V86Bus;
  readonly v86: { readonly cpu: V86Cpu };
  readonly screen_adapter: { update_buffer(layers: readonly V86Layer[]): void };
  add_listener(event: string, listener: (value: never) => void): void;
  remove_listener(event: string, listener: (value: never) => void): void;
  run(): Promise<void>;
  stop(): Promise<void>;
  destroy(): Promise<void>;
  is_running(): boolean;
  save_state(): Promise<ArrayBuffer>;
  restore_state(state: ArrayBuffer): Promise<void>;
}
