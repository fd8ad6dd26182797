import type { VideoCodecName, VideoRate, VideoShape } from '../display/streams/video-encoder.js';

/** Codecs that are made with ffmpeg, and which of its encoders does it. */
export const ffmpegEncoders: Readonly<Partial<Record<VideoCodecName, string>>> = {
  vp8: 'libvpx',
  vp9: 'libvpx-vp9',
  h264: 'libx264',
};

/** Bits that the decoder's buffer holds: this many ms of the bit rate. Display-pipeline §10.7. */
const bufferMs = 300;
const vpx = [
  '-deadline',
  'realtime',
  '-lag-in-frames',
  '0',
  '-error-resilient',
  '1',
  '-qmin',
  '10',
  '-qmax',
  '56',
];
/** One frame out for every picture in, at once; key frames only where they must be. */
const tuning: Readonly<Record<string, readonly string[]>> = {
  libvpx: [...vpx, '-cpu-used', '8', '-auto-alt-ref', '0', '-g', '9999', '-f', 'ivf'],
  'libvpx-vp9': [...vpx, '-cpu-used', '8', '-row-mt', '1', '-g', '9999', '-f', 'ivf'],
  libx264: [
    ...['-preset', 'ultrafast', '-tune', 'zerolatency', '-qmin', '15', '-qmax', '35', '-bf', '0'],
    ...['-x264-params', 'intra-refresh=1:aud=1', '-flvflags', 'no_duration_filesize', '-f', 'flv'],
  ],
};

/** Pictures of rows of B,G,R,X on stdin, the codec's frames in a container on stdout. */
export function ffmpegArguments(
  encoder: string,
  { width, height }: VideoShape,
  { bitRate, fps }: VideoRate,
): readonly string[] {
  const bits = String(Math.round(bitRate));
  const input = ['-f', 'rawvideo', '-pix_fmt', 'bgr0', '-s', `${width}x${height}`, '-r', fps.toFixed(2)];
  const rate = ['-b:v', bits, '-maxrate', bits, '-bufsize', String(Math.round((bitRate * bufferMs) / 1000))];
  return [
    ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-threads', '1', ...input, '-i', 'pipe:0'],
    ...['-an', '-pix_fmt', 'yuv420p', '-vsync', 'passthrough', '-c:v', encoder, '-threads', '2'],
    ...rate,
    ...(tuning[encoder] ?? []),
    ...['-flush_packets', '1', 'pipe:1'],
  ];
}
