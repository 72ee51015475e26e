// What a measurement asks a page: when frames came out of the decoders, when slots changed, and the counters of getStats.
// Times are performance.now() in milliseconds.
(() => {
  const watch = { changes: [] };
  window.__watch = watch;
  const frames = {}; // by name: times of decoded frames
  const followed = {}; // by name: the track that is read

  async function follow(name, track) {
    followed[name] = track;
    frames[name] ??= [];
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      value.close();
      if (followed[name] === track) frames[name].push(performance.now());
    }
  }

  function look() {
    const echo = window.__echo;
    if (!echo) return;
    for (const tile of document.querySelectorAll("[data-participant]")) {
      const track = tile.querySelector("video")?.srcObject?.getVideoTracks()[0];
      if (!track || tile.dataset.participant === echo.participantId) continue;
      if (followed[tile.dataset.name] !== track) follow(tile.dataset.name, track);
    }
    const slots = echo.slots.filter((slot) => slot).map(({ participantId, state, layer }) => ({
      participant: participantId,
      state,
      layer,
    }));
    const last = watch.changes.at(-1);
    if (JSON.stringify(last?.slots) !== JSON.stringify(slots)) watch.changes.push({ at: performance.now(), slots });
  }
  setInterval(look, 50);

  watch.now = () => performance.now();

  // Times of decoded frames since then, by name.
  watch.frames = (since) =>
    Object.fromEntries(Object.entries(frames).map(([name, times]) => [name, times.filter((at) => at >= since)]));

  const sum = (stats, field) => stats.reduce((total, one) => total + (one[field] ?? 0), 0);

  // Totals over all streams that this page receives, and the height of each picture.
  watch.counters = async () => {
    const all = [...(await window.__echo.pc.getStats()).values()];
    const of = (type, kind) => all.filter((one) => one.type === type && one.kind === kind);
    const video = of("inbound-rtp", "video");
    const audio = of("inbound-rtp", "audio");
    const sent = of("outbound-rtp", "video");
    return {
      at: performance.now(),
      bytes: ["bytesReceived", "headerBytesReceived"].reduce(
        (total, field) => total + sum(video, field) + sum(audio, field),
        0,
      ),
      heights: video.filter((one) => one.framesPerSecond > 0).map((one) => one.frameHeight),
      frames: sum(video, "framesDecoded"),
      freezes: sum(video, "freezeCount"),
      freeze_seconds: sum(video, "totalFreezesDuration"),
      video_packets: sum(video, "packetsReceived"),
      video_lost: sum(video, "packetsLost"),
      nacks: sum(video, "nackCount"),
      keyframe_requests: sum(video, "pliCount"),
      repaired: sum(video, "retransmittedPacketsReceived"),
      voice_packets: sum(audio, "packetsReceived"),
      voice_lost: sum(audio, "packetsLost"),
      voice_samples: sum(audio, "totalSamplesReceived"),
      concealed: sum(audio, "concealedSamples"),
      sent_nacks: sum(sent, "nackCount"),
      sent_repairs: sum(sent, "retransmittedPacketsSent"),
    };
  };
})();
