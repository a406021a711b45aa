// ems-mediad in numbers: ems_mediad_*.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/metrics.h"
#include "telemetry/media/hub.h"
#include "telemetry/media/recorders.h"
#include "telemetry/media/sound_recorder.h"
#include "telemetry/media/terminal_streams.h"
#include "telemetry/media/voice_hub.h"

namespace ems::media {

struct CameraFigures {
    CameraKey camera;
    CameraCounters counters;
};

struct VoiceFigures {
    VoiceCounters packets;
    std::uint64_t packets_unrecorded{0};
    std::uint64_t rows_dropped{0};
};

struct ServiceFigures {
    Ticks now{};
    bool socket_open{false};
    std::optional<Ticks> database_answered; // last; none: never
    std::size_t vehicles{0};                // heard of and of our region
    std::size_t viewers{0};
    HubCounters hub;
    std::size_t kept_bytes{0};   // of packets kept for retransmission
    std::size_t viewer_bytes{0}; // of viewers, without libsrtp's own
    std::vector<CameraFigures> cameras;
    RecorderFigures recorders;
    std::uint64_t recordings_removed{0};
    std::uint64_t recordings_found{0};
    std::uint64_t disk_failures{0};
    std::uint64_t backfilled_files{0};
    std::uint64_t backfilled_bytes{0};
    std::uint64_t backfills_refused{0};
    std::size_t tls_connections{0};
    std::uint64_t tls_strangers_refused{0};
    std::size_t rows_waiting{0}; // for the database
    std::uint64_t rows_dropped{0};
    std::uint64_t messages_dropped{0};
    TerminalStreamFigures terminals;
    SoundFigures sounds;
    VoiceFigures voice;
};

void write_metrics(metrics::Exposition& out, const ServiceFigures& figures);

} // namespace ems::media
