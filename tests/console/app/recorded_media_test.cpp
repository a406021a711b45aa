// A recorded file of numbered test pictures, played by the one clock of a replay: each step shows the picture of its moment,
// within 40 ms, whatever the speed and wherever one jumps to.
#include "console/app/recorded_media.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "console/model/replay_clock.h"
#include "telemetry/video/barcode.h"
#include "telemetry/video/pipeline.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace ems::console {
namespace {

constexpr int kWidth = 640;
constexpr int kHeight = 64;
constexpr int kPictures = 200;
constexpr std::int64_t kPeriodUs = 40'000;
constexpr std::int64_t kStartUs = 1'741'600'800'000'000;

// As the recorder writes it.
std::shared_ptr<const std::string> film_of(int pictures, const std::string& pictures_a_second) {
    const test::TempDir dir;
    const std::string raw = (dir.path() / "raw").string();
    const std::string film = (dir.path() / "film.mkv").string();
    {
        std::ofstream out{raw, std::ios::binary};
        std::vector<std::uint8_t> luma(static_cast<std::size_t>(kWidth) * kHeight);
        const std::vector<std::uint8_t> chroma(luma.size() / 2, 128);
        for (int n = 0; n < pictures; ++n) {
            std::fill(luma.begin(), luma.end(), std::uint8_t{90});
            video::draw_barcode({luma, kWidth, kHeight, kWidth, 1}, static_cast<std::uint32_t>(n));
            out.write(reinterpret_cast<const char*>(luma.data()), static_cast<std::streamsize>(luma.size()));
            out.write(reinterpret_cast<const char*>(chroma.data()), static_cast<std::streamsize>(chroma.size()));
        }
    }
    auto writer = video::Pipeline::parse(
        "filesrc name=in ! rawvideoparse format=i420 width=640 height=64 framerate=" + pictures_a_second +
        " ! x264enc tune=zerolatency key-int-max=50 bitrate=3000 ! h264parse ! matroskamux streamable=true ! "
        "filesink name=out");
    EXPECT_TRUE(writer);
    (*writer)->set_text("in", "location", raw);
    (*writer)->set_text("out", "location", film);
    EXPECT_TRUE((*writer)->play());
    EXPECT_TRUE(test::eventually([&] { return (*writer)->poll().ended; }, std::chrono::seconds{30}));
    (*writer)->stop();
    std::ostringstream bytes;
    bytes << std::ifstream{film, std::ios::binary}.rdbuf();
    return std::make_shared<const std::string>(bytes.str());
}

// 8 s at 25 pictures a second.
std::shared_ptr<const std::string> numbered_film() {
    static const auto kFilm = film_of(kPictures, "25/1");
    return kFilm;
}

std::optional<std::uint32_t> number_of(const video::RecordedPicture& p) {
    std::span<const std::uint8_t> bytes{p.pixels, static_cast<std::size_t>(p.stride) * static_cast<std::size_t>(p.height)};
    return video::read_barcode({bytes, p.width, p.height, p.stride, 4});
}

// What stands on the screen after this step.
class Screen {
  public:
    explicit Screen(video::SegmentReader& reader) : reader_(reader) {}
    std::int64_t shown_us(std::int64_t offset_us) {
        reader_.read(offset_us, [&](const video::RecordedPicture& p) {
            number_ = number_of(p);
            EXPECT_TRUE(number_) << "a picture that carries no number";
            EXPECT_EQ(p.at_us / 1'000, static_cast<std::int64_t>(number_.value_or(0)) * kPeriodUs / 1'000);
        });
        return static_cast<std::int64_t>(number_.value_or(9'999)) * kPeriodUs;
    }

  private:
    video::SegmentReader& reader_;
    std::optional<std::uint32_t> number_;
};

TEST(RecordedMedia, EachStepOfTheClockShowsThePictureOfItsMomentWithin40Ms) {
    auto reader = video::SegmentReader::open(numbered_film());
    ASSERT_TRUE(reader) << reader.error().message();
    Screen screen{**reader};
    ReplayClock clock{kStartUs, kStartUs + 8'000'000};
    const auto ticks = [](std::int64_t ms) { return Ticks{std::chrono::milliseconds{5'000 + ms}}; };
    clock.play(ticks(0));
    std::int64_t worst_us = 0;
    for (std::int64_t ms = 0; ms < 7'900; ms += 33) {
        const std::int64_t offset_us = clock.at(ticks(ms)) - kStartUs;
        const std::int64_t late_us = offset_us - screen.shown_us(offset_us);
        EXPECT_GE(late_us, 0) << "never a picture of the future, at " << ms;
        worst_us = std::max(worst_us, late_us);
    }
    EXPECT_LE(worst_us, 40'000);
    RecordProperty("worst_us", std::to_string(worst_us));
    std::printf("worst step of a picture behind its moment: %.1f ms\n", static_cast<double>(worst_us) / 1'000);
}

TEST(RecordedMedia, JumpsAndSixteenTimesTheSpeedStayInStep) {
    auto reader = video::SegmentReader::open(numbered_film());
    ASSERT_TRUE(reader) << reader.error().message();
    Screen screen{**reader};
    for (const std::int64_t offset_us : {5'000'000LL, 1'234'000LL, 7'600'000LL, 0LL, 3'999'999LL}) {
        const std::int64_t late_us = offset_us - screen.shown_us(offset_us);
        EXPECT_GE(late_us, 0) << offset_us;
        EXPECT_LE(late_us, 40'000) << offset_us;
    }
    for (std::int64_t offset_us = 0; offset_us < 7'900'000; offset_us += 16 * 33'000) {
        const std::int64_t late_us = offset_us - screen.shown_us(offset_us);
        EXPECT_GE(late_us, 0) << offset_us;
        EXPECT_LE(late_us, 40'000) << offset_us;
    }
}

TEST(RecordedMedia, APictureTellsHowFarApartThoseOfItsFileAre) {
    const auto apart_us = [](const std::shared_ptr<const std::string>& film, std::int64_t offset_us) {
        auto reader = video::SegmentReader::open(film);
        EXPECT_TRUE(reader) << reader.error().message();
        std::optional<std::int64_t> out;
        (*reader)->read(offset_us, [&](const video::RecordedPicture& p) { out = p.apart_us; });
        return static_cast<double>(out.value_or(0));
    };
    for (const std::int64_t offset_us : {0LL, 2'000'000LL, 60'000'000LL}) { // the last shows the last
        EXPECT_NEAR(apart_us(numbered_film(), offset_us), 40'000, 1'000) << offset_us;
    }
    const auto stills = film_of(3, "1/3");
    for (const std::int64_t offset_us : {0LL, 4'000'000LL, 60'000'000LL}) {
        EXPECT_NEAR(apart_us(stills, offset_us), 3'000'000, 1'000) << offset_us;
    }
    EXPECT_EQ(apart_us(film_of(1, "1/3"), 0), 0) << "it is alone";
}

TEST(RecordedMedia, AFileThatWasCutOffShowsWhatItHolds) {
    const auto whole = numbered_film();
    auto cut = std::make_shared<const std::string>(whole->substr(0, whole->size() / 2));
    auto reader = video::SegmentReader::open(cut);
    ASSERT_TRUE(reader) << reader.error().message();
    Screen screen{**reader};
    EXPECT_EQ(screen.shown_us(1'000'000), 1'000'000);
    EXPECT_LT(screen.shown_us(7'900'000), 7'000'000);
    auto rubbish = video::SegmentReader::open(std::make_shared<const std::string>(4'000, 'x'));
    ASSERT_TRUE(rubbish);
    EXPECT_FALSE((*rubbish)->read(0, [](const video::RecordedPicture&) {}));
}

TEST(RecordedMedia, TheThreadBehindGivesTheNewestWish) {
    RecordedVideo video;
    const auto film = numbered_film();
    std::uint64_t last = 0;
    for (std::int64_t offset_us = 0; offset_us <= 4'000'000; offset_us += 400'000) {
        last = video.want(film, offset_us);
    }
    std::optional<RecordedPictures::Picture> got;
    EXPECT_TRUE(test::eventually(
        [&] {
            if (auto picture = video.take()) {
                got = std::move(picture);
            }
            return got && got->order == last;
        },
        std::chrono::seconds{20}));
    EXPECT_EQ(got->at_us, 4'000'000);
}

class Loudspeaker final : public SoundOut {
  public:
    bool play(std::span<const std::int16_t> samples) override {
        played = samples.size();
        return true;
    }
    void stop() override { ++stopped; }
    std::size_t played{0};
    int stopped{0};
};

TEST(RecordedMedia, SpeechBeginsWhereTheMomentLies) {
    const test::TempDir dir;
    const std::string file = (dir.path() / "talk.ogg").string();
    auto writer = video::Pipeline::parse("audiotestsrc num-buffers=100 samplesperbuffer=960 ! audio/x-raw,rate=48000,channels=1 ! "
                                         "opusenc ! oggmux ! filesink name=out");
    ASSERT_TRUE(writer);
    (*writer)->set_text("out", "location", file);
    ASSERT_TRUE((*writer)->play());
    ASSERT_TRUE(test::eventually([&] { return (*writer)->poll().ended; }, std::chrono::seconds{20}));
    (*writer)->stop();
    std::ostringstream bytes;
    bytes << std::ifstream{file, std::ios::binary}.rdbuf();
    Loudspeaker out;
    RecordedVoice voice{out};
    const auto talk = std::make_shared<const std::string>(bytes.str());
    voice.play(talk, 0);
    const auto whole = static_cast<double>(out.played) / kSoundRateHz;
    EXPECT_NEAR(whole, 2.0, 0.06);
    voice.play(talk, 500'000);
    EXPECT_NEAR(static_cast<double>(out.played) / kSoundRateHz, whole - 0.5, 0.002);
}

} // namespace
} // namespace ems::console
