#include "telemetry/media/recorders.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <utility>

namespace ems::media {
namespace {

using std::chrono::milliseconds;

const CameraKey kCabin{"amb-zx01", "cabin"};

// What a recorder of the test says of itself.
struct State {
    bool ended{false};
    bool failing{false};
    int ends{0};
    std::uint64_t lost{0};
};

class ScriptedRecorder final : public Recorder {
  public:
    explicit ScriptedRecorder(State& state) : state_(state) {}
    bool push(std::span<const std::uint8_t>, std::uint32_t, bool) override {
        state_.ended = false;
        ++state_.lost;
        return true;
    }
    std::vector<Segment> poll() override {
        return std::exchange(told_, true) ? std::vector<Segment>{} : std::vector<Segment>{Segment{}};
    }
    void end() override { ++state_.ends; }
    void cut(const std::string&) override {}
    [[nodiscard]] bool ended() const override { return state_.ended; }
    bool take_key_frame_request() override { return false; }
    [[nodiscard]] std::uint64_t packets_dropped() const override { return 0; }
    [[nodiscard]] std::uint64_t pictures_lost() const override { return state_.lost; }
    [[nodiscard]] std::uint64_t failures() const override { return 0; }
    [[nodiscard]] bool failing() const override { return state_.failing; }
    [[nodiscard]] video::RecordingState state() const override {
        return state_.failing ? video::RecordingState::disk_full : video::RecordingState::recording;
    }

  private:
    State& state_;
    bool told_{false};
};

class RecordersTest : public testing::Test {
  protected:
    void push(const CameraKey& camera) {
        const std::array<std::uint8_t, 1> byte{};
        recorders_.push({camera, byte, true, 0}, now_);
    }

    std::map<CameraKey, State> states_;
    int segments_{0};
    Recorders recorders_{
        [this](const CameraKey& camera) { return std::make_unique<ScriptedRecorder>(states_[camera]); },
        [this](const CameraKey&, const Segment&) { ++segments_; }, [](const CameraKey&) {}};
    Ticks now_{std::chrono::hours{1}};
};

TEST_F(RecordersTest, OneWhoseCameraIsSilentLeavesWithItsFileToldAndItsCountsKept) {
    push(kCabin);
    push({"amb-zx02", "cabin"});
    states_[kCabin].ended = true;
    now_ += Recorders::kKept;
    recorders_.poll(now_);
    EXPECT_EQ(recorders_.figures().kept, 2U);
    EXPECT_EQ(segments_, 2);
    now_ += milliseconds{1};
    recorders_.poll(now_);
    EXPECT_EQ(recorders_.figures().kept, 1U) << "the other has not closed its file yet";
    EXPECT_EQ(recorders_.figures().pictures_lost, 2U);
}

TEST_F(RecordersTest, OneOfAnotherCameraThanMayBeRecordedCountsAsDropped) {
    for (std::size_t i = 0; i <= Recorders::kRecordersMax; ++i) {
        push({"amb-zx01", std::to_string(i)});
    }
    EXPECT_EQ(recorders_.figures().kept, Recorders::kRecordersMax);
    EXPECT_EQ(recorders_.figures().packets_dropped, 1U);
}

TEST_F(RecordersTest, EachCameraHasAStateOfItsOwn) {
    push(kCabin);
    push({"amb-zx02", "cabin"});
    states_[kCabin].failing = true;
    EXPECT_EQ(recorders_.state(kCabin), video::RecordingState::disk_full);
    EXPECT_EQ(recorders_.state({"amb-zx02", "cabin"}), video::RecordingState::recording);
    EXPECT_EQ(recorders_.state({"amb-zx03", "cabin"}), video::RecordingState::unknown)
        << "nothing came of it";
}

TEST_F(RecordersTest, ThoseThatFailAreCounted) {
    push(kCabin);
    push({"amb-zx02", "cabin"});
    EXPECT_EQ(recorders_.figures().failing, 0U);
    states_[kCabin].failing = true;
    EXPECT_EQ(recorders_.figures().failing, 1U);
}

} // namespace
} // namespace ems::media
