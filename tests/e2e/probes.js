// What a test asks a page: which colour a tile shows, which tones it hears, the longest gap between two decoded frames.
(() => {
  const probe = {};
  window.__probe = probe;

  // Mean colour of the upper left part of the picture of the tile with that name, as [r, g, b], or null without one.
  probe.colour = (name) => {
    for (const tile of document.querySelectorAll("[data-participant]")) {
      if (tile.dataset.name !== name) continue;
      const video = tile.querySelector("video");
      if (!video || video.videoWidth === 0) continue;
      const canvas = new OffscreenCanvas(32, 32);
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      pen.drawImage(video, 0, 0, video.videoWidth / 2, video.videoHeight / 2, 0, 0, 32, 32);
      const data = pen.getImageData(0, 0, 32, 32).data;
      const sum = [0, 0, 0];
      for (let i = 0; i < data.length; i += 4) for (let c = 0; c < 3; c += 1) sum[c] += data[i + c];
      return sum.map((value) => Math.round(value / 1024));
    }
    return null;
  };

  // The frequencies, of those asked for, that were heard from any audio element within the time (ms).
  probe.tones = async (frequencies, within) => {
    const context = new AudioContext();
    await context.resume();
    const ears = [];
    for (const element of document.querySelectorAll("audio")) {
      if (!element.srcObject || element.muted || element.paused) continue;
      const analyser = context.createAnalyser();
      analyser.fftSize = 8192;
      analyser.smoothingTimeConstant = 0;
      context.createMediaStreamSource(element.srcObject).connect(analyser);
      ears.push(analyser);
    }
    const heard = new Set();
    const bins = new Float32Array(4096);
    const end = performance.now() + within;
    while (performance.now() < end && heard.size < frequencies.length) {
      await new Promise((done) => setTimeout(done, 50));
      for (const ear of ears) {
        ear.getFloatFrequencyData(bins);
        for (const frequency of frequencies) {
          const at = Math.round((frequency * ear.fftSize) / context.sampleRate);
          const peak = Math.max(...bins.slice(at - 2, at + 3));
          const around = [...bins.slice(at - 12, at - 6), ...bins.slice(at + 7, at + 13)].sort((a, b) => a - b)[6];
          if (peak > -70 && peak > around + 15) heard.add(frequency);
        }
      }
    }
    await context.close();
    return [...heard];
  };

  // Watches every remote picture from now on; `gaps()` tells the longest time (ms) without a new frame, by name.
  probe.watch = () => {
    const longest = {};
    const seen = new WeakMap();
    const look = () => {
      const now = performance.now();
      for (const tile of document.querySelectorAll("[data-participant]")) {
        const video = tile.querySelector("video");
        if (!video || video.videoWidth === 0) continue;
        const frames = video.getVideoPlaybackQuality().totalVideoFrames;
        const before = seen.get(video);
        if (!before || before.stream !== video.srcObject || frames !== before.frames) {
          seen.set(video, { frames, at: now, stream: video.srcObject });
        } else {
          const name = tile.dataset.name;
          longest[name] = Math.max(longest[name] ?? 0, now - before.at);
        }
      }
    };
    const timer = setInterval(look, 20);
    return {
      gaps: () => ({ ...longest }),
      stop: () => clearInterval(timer),
    };
  };
})();
