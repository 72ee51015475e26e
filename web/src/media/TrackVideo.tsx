import { useLayoutEffect, useRef } from "preact/hooks";

export interface TrackVideoProps {
  track: MediaStreamTrack;
  mirrored?: boolean;
  label?: string;
  class?: string;
  /** Called with each change of the picture's size, first with its first frame. */
  onFrame?(width: number, height: number): void;
}

/** Shows one video track, always without sound: sound has its own elements. */
export function TrackVideo({ track, mirrored = false, label, class: extra = "", onFrame }: TrackVideoProps) {
  const element = useRef<HTMLVideoElement>(null);
  useLayoutEffect(() => {
    const video = element.current;
    if (!video) return;
    video.muted = true; // the attribute alone does not count for autoplay
    video.srcObject = new MediaStream([track]);
    void video.play().catch(() => {}); // an element that goes away before it plays is no fault
    return () => {
      video.srcObject = null;
    };
  }, [track]);
  const report = () => {
    const video = element.current;
    if (video?.videoWidth) onFrame?.(video.videoWidth, video.videoHeight);
  };
  return (
    <video
      ref={element}
      class={`${extra} ${mirrored ? "mirrored" : ""}`.trim()}
      autoplay
      playsInline
      muted
      disablePictureInPicture
      aria-label={label}
      onLoadedData={report}
      onResize={report}
    />
  );
}
