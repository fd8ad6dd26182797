import { capabilityWords } from '../link/link-policy.js';
import { displayCapabilities, inputsCapabilities, mainCapabilities } from '../protocol/capabilities.js';

/** Channel type numbers of the link message: protocol §5. */
export const channelTypes = { main: 1, display: 2, inputs: 3, cursor: 4 } as const;
export type ChannelName = keyof typeof channelTypes;
export type ChannelType = (typeof channelTypes)[ChannelName];

/** What the server announces for a channel type: what it sends, or accepts beyond the plain protocol. */
const announced: Readonly<Record<ChannelType, readonly number[]>> = {
  [channelTypes.main]: [mainCapabilities.nameAndUuid],
  [channelTypes.display]: [displayCapabilities.monitorsConfig],
  [channelTypes.inputs]: [inputsCapabilities.keyScancode],
  [channelTypes.cursor]: [],
};

/** Capability words for a link reply. */
export function serverCapabilities(type: number): number[] {
  return capabilityWords(announced[type as ChannelType] ?? []);
}

/** The name of a channel type that the server has. */
export function channelName(type: number): ChannelName {
  for (const [name, number] of Object.entries(channelTypes)) if (number === type) return name as ChannelName;
  throw new RangeError(`no channel of type ${type} is served`);
}
