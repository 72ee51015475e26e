import { useEffect, useRef } from "preact/hooks";
import type { Input } from "./input";
import { LevelMeter } from "./level";

const BARS = 14;

/** How loud the microphone is, as a row of bars, with a word when nothing comes from it. */
export function LevelBar({ input, onSilent }: { input: Input; onSilent?(silent: boolean): void }) {
  const track = input.sending.value;
  const meter = useRef<LevelMeter | null>(null);
  meter.current ??= new LevelMeter();
  const { level, silent } = meter.current;
  useEffect(() => {
    meter.current?.watch(track);
  }, [track]);
  useEffect(() => () => meter.current?.close(), []);
  useEffect(() => onSilent?.(silent.value), [silent.value, onSilent]);
  const lit = Math.round(level.value * BARS);
  return (
    <div class="level">
      <meter class="visually-hidden" aria-label="Microphone level" min={0} max={BARS} value={lit} />
      {Array.from({ length: BARS }, (_, index) => (
        <i key={index} class={index < lit ? "lit" : ""} />
      ))}
    </div>
  );
}
