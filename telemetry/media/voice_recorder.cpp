#include "telemetry/media/voice_recorder.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "telemetry/base/clock.h"
#include "telemetry/base/log.h"

namespace ems::media {
namespace {

constexpr std::chrono::seconds kSaveEvery{1};
constexpr std::chrono::seconds kSilence{2}; // a turn ends
constexpr std::chrono::seconds kFileMost{60};
constexpr std::int32_t kLostMost = 100; // concealed in place; a longer gap begins another file
constexpr std::chrono::milliseconds kLook{200};
constexpr std::chrono::milliseconds kRetryPause{1'000};

} // namespace

std::string_view name_of(VoiceDirection direction) {
    switch (direction) {
    case VoiceDirection::from_crew:
        return "from_crew";
    case VoiceDirection::to_crew:
        return "to_crew";
    case VoiceDirection::from_cabin:
        break;
    }
    return "from_cabin";
}

SpokenPacket spoken_packet(const VoiceHub::Speech& speech, Ticks arrived_at, std::int64_t arrived_us) {
    const bool crew = speech.from.rank == video::FloorRank::crew;
    SpokenPacket packet;
    packet.vid = speech.from.vid;
    packet.direction = crew ? VoiceDirection::from_crew : VoiceDirection::to_crew;
    packet.speaker = crew ? "crew" : speech.from.name;
    packet.turn = speech.stretch;
    packet.timestamp = speech.view.timestamp;
    packet.arrived_at = arrived_at;
    packet.arrived_us = arrived_us;
    packet.spoken_us = speech.time.spoken_us(speech.bytes, speech.view.timestamp, arrived_us);
    packet.opus.assign(speech.view.payload.begin(), speech.view.payload.end());
    return packet;
}

struct VoiceRecorder::Open {
    VoiceFile file;
    VoiceFile saved; // as it stands on the disk
    std::uint64_t turn{0};
    std::uint32_t timestamp{0};
    Ticks began_at{};   // by arrival
    Ticks arrived_at{}; // the newest packet
    Ticks saved_at{};   // the newest packet of the file on the disk
    OggOpusWriter ogg;
    std::ofstream out;
    Open(VoiceFile of, std::uint64_t number)
        : file(std::move(of)), saved(file), ogg(static_cast<std::uint32_t>(number), file.vid) {}
};

VoiceRecorder::VoiceRecorder(std::string root)
    : root_(std::move(root)), queue_(kQueueMax, WhenFull::refuse_newest),
      thread_([this] { run(); }) {}

VoiceRecorder::~VoiceRecorder() {
    end();
}

void VoiceRecorder::end() {
    ending_ = true;
    queue_.close();
    if (thread_.joinable()) {
        thread_.join();
    }
}

std::vector<VoiceFile> VoiceRecorder::poll() {
    const std::lock_guard lock{mutex_};
    std::vector<VoiceFile> out;
    for (auto& [path, file] : changed_) {
        out.push_back(std::move(file));
    }
    changed_.clear();
    return out;
}

void VoiceRecorder::publish(const VoiceFile& file) {
    const std::lock_guard lock{mutex_};
    if (changed_.size() < kChangedMax || changed_.contains(file.path)) {
        changed_[file.path] = file;
    }
}

void VoiceRecorder::cut(const std::string& path) {
    const std::lock_guard lock{mutex_};
    if (cuts_.size() < kChangedMax) {
        cuts_.insert(path);
    }
}

bool VoiceRecorder::take_cut(const std::string& path) {
    const std::lock_guard lock{mutex_};
    return cuts_.erase(path) != 0;
}

bool VoiceRecorder::save(Open& open) {
    const std::string bytes = open.ogg.take();
    open.out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    open.out.flush();
    if (!open.out) {
        give_up(open);
        return false;
    }
    open.file.bytes += bytes.size();
    open.saved = open.file;
    open.saved_at = open.arrived_at;
    publish(open.saved);
    return true;
}

// Without a page that is missing the rest of the file would be of no use. What was not written is
// gone; what was stays readable.
void VoiceRecorder::give_up(Open& open) {
    packets_unwritten_ += open.file.packets_received - open.saved.packets_received;
    open.out.close();
    const std::filesystem::path path = std::filesystem::path{root_} / open.file.path;
    std::error_code error;
    if (open.saved.bytes == 0) {
        std::filesystem::remove(path, error);
    } else {
        std::filesystem::resize_file(path, open.saved.bytes, error); // less the half page
        open.saved.closed = true;
        publish(open.saved);
    }
    if (!retry_at_) {
        EMS_LOG(warn, "voice", "recording cannot be written path={}, tried again each {} ms",
                open.file.path, kRetryPause.count());
    }
    retry_at_ = SystemClock{}.ticks() + kRetryPause;
}

bool VoiceRecorder::open(const SpokenPacket& packet) {
    VoiceFile file;
    const std::string now = utc_iso(packet.arrived_us); // 2026-03-18T10:42:16.123456Z
    const std::string folder = fmt::format("{}/{}/voice", now.substr(0, 10), packet.vid);
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path{root_} / folder, error);
    std::string time = now.substr(11, 12);
    std::erase(time, ':');
    ++files_;
    file.path = fmt::format("{}/{}-{:06}-{}.opus", folder, time, files_ % 1'000'000,
                            name_of(packet.direction));
    file.vid = packet.vid;
    file.direction = packet.direction;
    file.speaker = packet.speaker;
    file.first_us = file.last_us = packet.spoken_us;
    auto made = std::make_unique<Open>(std::move(file), files_);
    made->turn = packet.turn;
    made->timestamp = packet.timestamp - kOpusFrameSamples;
    made->began_at = made->arrived_at = packet.arrived_at;
    made->out.open(std::filesystem::path{root_} / made->file.path, std::ios::binary);
    if (!save(*made)) {
        return false;
    }
    if (retry_at_) {
        EMS_LOG(info, "voice", "recordings are written again, {} packets were not",
                packets_unwritten_.load());
        retry_at_.reset();
    }
    open_[{packet.vid, packet.direction}] = std::move(made);
    return true;
}

void VoiceRecorder::close(Open& open) {
    static_cast<void>(take_cut(open.file.path));
    open.ogg.end();
    open.file.closed = true;
    save(open);
}

void VoiceRecorder::write(const SpokenPacket& packet) {
    const Key key{packet.vid, packet.direction};
    auto found = open_.find(key);
    const auto ahead = [&packet](const Open& open) {
        return static_cast<std::int32_t>(packet.timestamp - open.timestamp) /
               static_cast<std::int32_t>(kOpusFrameSamples);
    };
    if (found != open_.end()) {
        Open& open = *found->second;
        if (open.turn != packet.turn || ahead(open) > kLostMost ||
            packet.arrived_at - open.began_at > kFileMost || take_cut(open.file.path)) {
            close(open);
            open_.erase(found);
            found = open_.end();
        } else if (ahead(open) <= 0) {
            return; // overtaken: its place stands as lost
        }
    }
    if (found == open_.end()) {
        const bool waits = retry_at_ && SystemClock{}.ticks() < *retry_at_;
        if (waits || !open(packet)) {
            ++packets_unwritten_;
            return;
        }
        found = open_.find(key);
    }
    Open& open = *found->second;
    for (std::int32_t n = ahead(open); n > 1; --n) {
        open.ogg.add_lost();
        ++open.file.packets_lost;
    }
    open.ogg.add(packet.opus);
    open.timestamp = packet.timestamp;
    open.arrived_at = packet.arrived_at;
    open.file.last_us = std::max(open.file.first_us, packet.spoken_us);
    ++open.file.packets_received;
    if (packet.arrived_at - open.saved_at >= kSaveEvery) {
        open.ogg.flush();
        if (!save(open)) {
            open_.erase(found);
        }
    }
}

void VoiceRecorder::look_after_files(Ticks now) {
    for (auto it = open_.begin(); it != open_.end();) {
        if (now - it->second->arrived_at > kSilence) {
            close(*it->second);
            it = open_.erase(it);
        } else {
            ++it;
        }
    }
}

void VoiceRecorder::run() {
    Ticks looked_at{};
    for (;;) {
        const bool last = ending_; // before the queue is found empty
        const auto packet = queue_.pop_for(kLook);
        if (packet) {
            write(*packet);
        } else if (last) {
            break;
        }
        const Ticks now = SystemClock{}.ticks();
        if (now - looked_at > kLook) {
            looked_at = now;
            look_after_files(now);
        }
    }
    for (const auto& [key, open] : open_) {
        close(*open);
    }
    open_.clear();
}

} // namespace ems::media
