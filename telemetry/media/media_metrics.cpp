#include "telemetry/media/media_metrics.h"

#include <chrono>

namespace ems::media {
namespace {

using metrics::Exposition;

void write_cameras(Exposition& out, const ServiceFigures& f) {
    const auto counter = [&](const char* name, const char* help,
                             std::uint64_t CameraCounters::*of) {
        auto family = out.counter(std::string{"ems_mediad_camera_"} + name, help);
        for (const CameraFigures& one : f.cameras) {
            family.add(one.counters.*of, {{"vid", one.camera.vid}, {"camera", one.camera.camera}});
        }
    };
    counter("packets_total", "Packets of the camera that were authentic.",
            &CameraCounters::packets);
    counter("packets_lost_total", "Numbers of packets that never came.",
            &CameraCounters::packets_lost);
    counter("packets_asked_total", "Requests for a missing packet, the first and each again.",
            &CameraCounters::packets_asked);
    counter("packets_recovered_total", "Packets that came by retransmission.",
            &CameraCounters::packets_recovered);
    counter("frames_total", "Pictures whose last packet came.", &CameraCounters::frames);
    counter("bytes_total", "Bytes of the camera.", &CameraCounters::bytes);
    counter("key_frames_asked_total", "Key frames asked of the camera.",
            &CameraCounters::key_frames_asked);
    auto loss = out.gauge("ems_mediad_camera_loss_ratio",
                          "Loss on the way from the vehicle before retransmission.");
    for (const CameraFigures& one : f.cameras) {
        if (one.counters.link) {
            loss.add(one.counters.link->loss(),
                     {{"vid", one.camera.vid}, {"camera", one.camera.camera}});
        }
    }
    auto trip = out.gauge("ems_mediad_camera_round_trip_seconds",
                          "Round trip to the vehicle; absent while unknown.");
    for (const CameraFigures& one : f.cameras) {
        if (one.counters.link && one.counters.link->rtt) {
            trip.add(std::chrono::duration<double>(*one.counters.link->rtt).count(),
                     {{"vid", one.camera.vid}, {"camera", one.camera.camera}});
        }
    }
    // Absent before the first packet.
    auto age =
        out.gauge("ems_mediad_camera_packet_age_seconds", "Time since the camera's last packet.");
    for (const CameraFigures& one : f.cameras) {
        if (one.counters.last_packet_at != Ticks{}) {
            age.add(std::chrono::duration<double>(f.now - one.counters.last_packet_at).count(),
                    {{"vid", one.camera.vid}, {"camera", one.camera.camera}});
        }
    }
}

void write_voice(Exposition& out, const VoiceFigures& f) {
    const auto counter = [&out](const char* name, const char* help, std::uint64_t value) {
        out.counter(std::string{"ems_mediad_voice_"} + name, help).add(value);
    };
    counter("packets_received_total", "Datagrams of the intercom received.", f.packets.received);
    counter("packets_refused_total", "Of these forged, repeated or malformed.", f.packets.refused);
    counter("packets_unheard_total", "Authentic speech of somebody without the floor.",
            f.packets.unheard);
    counter("packets_forwarded_total", "Copies made for listeners.", f.packets.forwarded);
    counter("packets_dropped_total", "Copies that could not be sent.", f.packets.dropped);
    counter("packets_unrecorded_total", "Packets of speech that are in no file.",
            f.packets_unrecorded);
    counter("rows_dropped_total", "Rows of recorded speech given up.", f.rows_dropped);
}

} // namespace

void write_metrics(Exposition& out, const ServiceFigures& f) {
    const auto counter = [&out](const char* name, const char* help, std::uint64_t value) {
        out.counter(std::string{"ems_mediad_"} + name, help).add(value);
    };
    const auto gauge = [&out](const char* name, const char* help, std::size_t value) {
        out.gauge(std::string{"ems_mediad_"} + name, help).add(std::uint64_t{value});
    };
    gauge("socket_open", "1 while the relay's UDP socket is bound.", f.socket_open ? 1 : 0);
    gauge("vehicles", "Vehicles heard of.", f.vehicles);
    gauge("viewers", "Grants that are open.", f.viewers);
    counter("packets_received_total", "Datagrams received.", f.hub.received);
    counter("packets_refused_total", "Datagrams forged, repeated, malformed or of nobody known.",
            f.hub.refused);
    counter("packets_relayed_total", "Copies made for viewers.", f.hub.relayed);
    counter("packets_dropped_total", "Copies that could not be sent.", f.hub.dropped);
    counter("packets_retransmitted_total", "Packets sent again to viewers.", f.hub.retransmitted);
    counter("retransmissions_held_total", "Packets not sent again: a viewer asked for too many.",
            f.hub.retransmissions_held);
    gauge("kept_packets_bytes", "Memory of packets kept for retransmission, with its tables.", f.kept_bytes);
    gauge("viewers_bytes", "Memory of viewers, without that of libsrtp.", f.viewer_bytes);
    counter("addresses_learned_total", "New addresses that proved their key.",
            f.hub.addresses_learned);
    write_cameras(out, f);
    gauge("recorders", "Cameras being recorded.", f.recorders.recording);
    gauge("recorders_bytes_max", "Memory that the recorders may take at most.",
          f.recorders.kept * kRecorderBytesMax);
    gauge("recorders_failing", "Cameras that send and whose pictures go into no file.",
          f.recorders.failing);
    counter("recorder_failures_total", "Files that could not be opened or were given up.",
            f.recorders.failures);
    counter("recorder_pictures_lost_total", "Pictures that came and are in no file.",
            f.recorders.pictures_lost);
    counter("recorder_packets_dropped_total", "Packets that the disk was too slow for.",
            f.recorders.packets_dropped);
    counter("recordings_removed_total", "Files removed for their age or for want of room.",
            f.recordings_removed);
    counter("recordings_found_total",
            "Files of former processes that got the row which was never written.",
            f.recordings_found);
    counter("disk_failures_total", "Files that could not be removed or taken in.",
            f.disk_failures);
    counter("backfilled_files_total", "Files taken in that vehicles kept on board.",
            f.backfilled_files);
    counter("backfilled_bytes_total", "Bytes of those files.", f.backfilled_bytes);
    counter("backfills_refused_total", "Offers and ranges of such files that were not taken.",
            f.backfills_refused);
    gauge("tls_connections", "Of vehicles and consoles by TLS.", f.tls_connections);
    counter("tls_strangers_refused_total",
            "Connections without a certificate turned away, or closed for newer ones.",
            f.tls_strangers_refused);
    gauge("rows_waiting", "Rows that wait for the database.", f.rows_waiting);
    counter("rows_dropped_total", "Rows given up: too many waited, or the database refused them.",
            f.rows_dropped);
    counter("messages_dropped_total", "Messages of vehicles dropped because their queue was full.",
            f.messages_dropped);
    gauge("terminal_streams", "Connections of terminals that send a stream.",
          f.terminals.connections);
    counter("terminal_streams_refused_total",
            "Connections that nobody asked for, from another address, or of a stream that comes.",
            f.terminals.connections_refused);
    counter("terminal_streams_unsupported_total", "Streams closed for their encoding.",
            f.terminals.unsupported);
    counter("terminal_frames_total", "Pictures of terminals taken.", f.terminals.frames);
    counter("terminal_packets_lost_total", "Numbers of terminals' packets that never came.",
            f.terminals.packets_lost);
    counter("terminal_noise_bytes_total", "Bytes of terminals that were no packet.",
            f.terminals.noise_bytes);
    counter("terminal_sound_turns_total", "Pieces of sound of terminals begun.", f.sounds.turns);
    counter("terminal_sound_steps_ignored_total",
            "Steps of a terminal's time that came too soon for pauses.", f.sounds.steps_ignored);
    counter("terminal_sound_packets_dropped_total",
            "Packets of sound in an encoding that changed too soon.", f.sounds.packets_dropped);
    write_voice(out, f.voice);
    auto answered = out.gauge("ems_mediad_database_answer_age_seconds",
                              "Time since the database last answered.");
    if (f.database_answered) {
        answered.add(std::chrono::duration<double>(f.now - *f.database_answered).count());
    }
}

} // namespace ems::media
