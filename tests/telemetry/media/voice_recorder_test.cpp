// Speech on a disk that fills: every file that a row names is whole, and the talk goes on in
// another.
#include "telemetry/media/voice_recorder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>

#include "telemetry/base/clock.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"
#include "tests/telemetry/media/short_disk.h"

namespace ems::media {
namespace {

using std::chrono::seconds;

// Packets of sound in a whole Ogg Opus file; -1: it does not begin with its head, or a page is cut.
int packets_in(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    int packets = 0;
    std::size_t at = 0;
    for (int page = 0; at < bytes.size(); ++page) {
        if (bytes.size() - at < 27 || bytes.compare(at, 4, "OggS") != 0) {
            return -1;
        }
        const auto segments = static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + 26]));
        std::size_t size = 27 + segments;
        if (bytes.size() - at < size) {
            return -1;
        }
        int ends = 0;
        for (std::size_t n = 0; n < segments; ++n) {
            const auto length = static_cast<unsigned char>(bytes[at + 27 + n]);
            size += length;
            ends += length < 255 ? 1 : 0;
        }
        if (bytes.size() - at < size || (page == 0 && bytes.compare(at + 28, 8, "OpusHead") != 0)) {
            return -1;
        }
        packets += page < 2 ? 0 : ends; // head and comment
        at += size;
    }
    return at == 0 ? -1 : packets;
}

class VoiceRecorderTest : public testing::Test {
  protected:
    // The next 20 ms of one talk.
    void say() {
        SpokenPacket packet;
        packet.vid = "amb-zx01";
        packet.speaker = "crew";
        packet.turn = 1;
        packet.timestamp = said_ * kOpusFrameSamples;
        packet.arrived_at = began_at_ + said_ * std::chrono::milliseconds{20};
        packet.arrived_us = began_us_ + static_cast<std::int64_t>(said_) * 20'000;
        packet.spoken_us = packet.arrived_us;
        packet.opus.assign(60, 0x78);
        ++said_;
        recorder_.push(std::move(packet));
    }
    bool reach(const std::function<bool()>& condition) {
        return test::eventually(
            [&] {
                for (VoiceFile& file : recorder_.poll()) {
                    files_[file.path] = std::move(file);
                }
                return condition();
            },
            seconds{10});
    }
    void expect_whole_files() {
        for (const auto& [path, file] : files_) {
            EXPECT_TRUE(file.closed) << path;
            EXPECT_EQ(packets_in(dir_.path() / path), static_cast<int>(file.packets_received))
                << path;
            EXPECT_EQ(std::filesystem::file_size(dir_.path() / path), file.bytes) << path;
        }
    }
    [[nodiscard]] std::uint64_t recorded() const {
        std::uint64_t sum = 0;
        for (const auto& [path, file] : files_) {
            sum += file.packets_received;
        }
        return sum;
    }

    const test::TempDir dir_;
    VoiceRecorder recorder_{dir_.path().string()};
    std::map<std::string, VoiceFile> files_;
    std::uint32_t said_{0};
    const Ticks began_at_{SystemClock{}.ticks()};
    std::int64_t began_us_{SystemClock{}.utc_us()}; // steps with the clock
};

TEST_F(VoiceRecorderTest, AFileThatTheDiskCutsEndsWithAWholePageAndAnotherFollows) {
    ShortDisk disk{20'000}; // about six seconds
    for (int n = 0; n < 10 * 50; ++n) {
        say();
    }
    ASSERT_TRUE(reach([&] { return !files_.empty() && files_.begin()->second.closed; }));
    EXPECT_GT(files_.begin()->second.packets_received, 200U);
    disk.give_back();
    ASSERT_TRUE(reach([&] {
        say();
        return files_.size() == 2 && files_.rbegin()->second.packets_received > 0;
    }));
    recorder_.end();
    ASSERT_TRUE(reach([&] { return true; }));
    expect_whole_files();
    EXPECT_EQ(recorded() + recorder_.packets_dropped(), said_) << "what is missing is counted";
}

TEST_F(VoiceRecorderTest, AClockThatIsSetBackKeepsNothingFromTheDiskAndCutsFilesAsBefore) {
    for (int n = 0; n < 50; ++n) {
        say();
    }
    began_us_ -= 1'800'000'000;
    for (int n = 0; n < 70 * 50; ++n) {
        say();
    }
    EXPECT_TRUE(reach([&] { return recorded() >= 70U * 50; })) << "all but the last second";
    EXPECT_EQ(files_.size(), 2U) << "one is cut after a minute";
}

TEST_F(VoiceRecorderTest, AFileThatIsCutIsWholeAndTheTalkGoesOnInAnother) {
    say();
    ASSERT_TRUE(reach([&] { return files_.size() == 1; }));
    recorder_.cut(files_.begin()->first);
    for (int n = 0; n < 150; ++n) {
        say();
    }
    recorder_.end();
    ASSERT_TRUE(reach([&] { return recorded() == 151; }));
    EXPECT_EQ(files_.size(), 2U);
    EXPECT_EQ(files_.begin()->second.packets_received, 1U);
    expect_whole_files();
}

TEST_F(VoiceRecorderTest, AFileThatTheDiskTakesNothingOfIsNoneAndTheNextIsWhole) {
    ShortDisk disk{0};
    for (int n = 0; n < 3 * 50; ++n) {
        say();
    }
    ASSERT_TRUE(reach([&] { return recorder_.packets_dropped() == said_; }));
    EXPECT_TRUE(files_.empty());
    disk.give_back();
    ASSERT_TRUE(reach([&] {
        say();
        return !files_.empty() && files_.begin()->second.packets_received > 0;
    }));
    recorder_.end();
    ASSERT_TRUE(reach([&] { return true; }));
    expect_whole_files();
    EXPECT_EQ(recorded() + recorder_.packets_dropped(), said_);
    int on_disk = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{dir_.path()}) {
        on_disk += entry.is_regular_file() ? 1 : 0;
    }
    EXPECT_EQ(on_disk, static_cast<int>(files_.size()));
}

} // namespace
} // namespace ems::media
