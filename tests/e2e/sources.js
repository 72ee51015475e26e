// Gives a page its own camera and microphone: a moving 1280x720 picture whose ground has one colour, and a pulsed
// two-tone sound. Run before the page's own scripts, with `window.__source = {colour, tones, label}` set.
(() => {
  if (!navigator.mediaDevices) return; // the blank page before the first one
  const { colour, tones, label } = window.__source;

  const FPS = 15; // five pages encode three sizes each on the cores of one small machine

  function camera() {
    const canvas = document.createElement("canvas");
    canvas.width = 1280;
    canvas.height = 720;
    const pen = canvas.getContext("2d", { alpha: false });
    let frame = 0;
    const paint = () => {
      frame += 1;
      pen.fillStyle = `rgb(${colour.join(",")})`;
      pen.fillRect(0, 0, 1280, 720);
      pen.fillStyle = "#fff";
      pen.fillRect((frame * 12) % 1280, 540, 160, 120);
      pen.fillStyle = "#000";
      pen.font = "64px sans-serif";
      pen.fillText(`${label} ${frame}`, 80, 640);
    };
    paint();
    const timer = setInterval(paint, 1000 / FPS);
    const stream = canvas.captureStream(FPS);
    const [track] = stream.getVideoTracks();
    const stop = track.stop.bind(track);
    track.stop = () => {
      clearInterval(timer);
      stop();
    };
    return track;
  }

  function microphone() {
    const context = new AudioContext();
    const out = context.createMediaStreamDestination();
    const pulse = context.createGain();
    pulse.gain.value = 0.25;
    const beat = context.createOscillator();
    const depth = context.createGain();
    beat.frequency.value = 2;
    depth.gain.value = 0.2;
    beat.connect(depth).connect(pulse.gain);
    beat.start();
    for (const frequency of tones) {
      const tone = context.createOscillator();
      tone.frequency.value = frequency;
      tone.connect(pulse);
      tone.start();
    }
    pulse.connect(out);
    context.resume();
    return out.stream.getAudioTracks()[0];
  }

  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = new MediaStream();
    if (wanted?.video) stream.addTrack(camera());
    if (wanted?.audio) stream.addTrack(microphone());
    return stream;
  };
  navigator.mediaDevices.getDisplayMedia = async () => {
    const stream = new MediaStream();
    stream.addTrack(camera());
    return stream;
  };
  navigator.mediaDevices.enumerateDevices = async () => [
    { kind: "videoinput", deviceId: "cam", groupId: "g", label: `${label} camera`, toJSON() {} },
    { kind: "audioinput", deviceId: "mic", groupId: "g", label: `${label} microphone`, toJSON() {} },
    { kind: "audiooutput", deviceId: "out", groupId: "g", label: `${label} speaker`, toJSON() {} },
  ];
})();
