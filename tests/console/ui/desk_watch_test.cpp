// What the desk asks for while somebody looks at a patient, and the sweep that shows it.
#include "console/model/ecg_feed.h"
#include "console/widgets/ecg_sweep.h"
#include "tests/console/ui/desk_keys.h"

namespace ems::console {
namespace {

TEST_F(DeskKeys, WavesAreAskedForOnlyWhileThePhysicianViewIsOpen) {
    connectAll();
    desk_->selectIncident(10);
    settle();
    const auto* before = last_of(feed_, api::ClientFrame::kWatchVehicle);
    ASSERT_NE(before, nullptr);
    EXPECT_FALSE(before->watch_vehicle().wave());
    QTest::keyClick(window_.get(), Qt::Key_F11);
    EXPECT_EQ(window_->view(), View::physician);
    EXPECT_TRUE(last_of(feed_, api::ClientFrame::kWatchVehicle)->watch_vehicle().wave());
    EXPECT_NE(last_of(feed_, api::ClientFrame::kWatchVideo), nullptr);
}

TEST_F(DeskKeys, TheTimeOfDaySetBackDelaysNoWatch) {
    connectAll();
    desk_->selectIncident(10);
    settle();
    const auto watched = [this] {
        return std::count_if(feed_.sent.begin(), feed_.sent.end(), [](const api::ClientFrame& f) { return f.has_watch_vehicle(); });
    };
    const auto before = watched();
    clock_.step_wall(std::chrono::minutes{-10});
    clock_.advance(std::chrono::seconds{11});
    desk_->selectUnit(4);
    EXPECT_EQ(watched(), before + 1);
}

TEST_F(DeskKeys, TheNextPatientIsNotShownUnderTheCaseThatIsDone) {
    connectAll();
    desk_->selectIncident(10);
    window_->showView(View::physician);
    feed_.wave(4, 0, 50, clock_.utc_us());
    settle();
    ASSERT_FALSE(desk_->ecg().empty());
    feed_.unit_state(4, ems::wire::UNIT_ASSIGNED, clock_.utc_us()); // on incident 11
    api::ServerFrame done;
    done.mutable_delta()->set_seq(++feed_.seq);
    auto* a = done.mutable_delta()->add_assignments();
    a->set_id(100);
    a->set_incident_id(10);
    a->set_unit_id(4);
    a->set_state("done");
    a->set_version(9);
    feed_.push(done);
    feed_.wave(4, 50, 50, clock_.utc_us());
    settle();
    EXPECT_EQ(desk_->patientUnit(), nullptr);
    EXPECT_TRUE(desk_->ecg().empty());
    const auto* stop = last_of(feed_, api::ClientFrame::kWatchVehicle);
    ASSERT_NE(stop, nullptr);
    EXPECT_FALSE(stop->watch_vehicle().vitals() || stop->watch_vehicle().wave());
    desk_->selectIncident(11);
    EXPECT_NE(desk_->patientUnit(), nullptr);
    EXPECT_TRUE(desk_->ecg().empty()) << "its waves so far are the patient's before";
}

// counts pixels that are not ground in a column of a strip's upper-left trace area
int inked(const QImage& image, int x, QRgb ground) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        count += (image.pixel(x, y) & 0xFFFFFFU) != (ground & 0xFFFFFFU) ? 1 : 0;
    }
    return count;
}

TEST_F(DeskKeys, SweepDrawsTheTraceAndLeavesAGapForMissingSamples) {
    connectAll();
    desk_->selectIncident(10);
    window_->showView(View::physician);
    settle();
    auto* sweep = window_->findChild<EcgSweep*>();
    const auto play = [&](std::uint64_t from, int batches, bool send) {
        for (int i = 0; i < batches; ++i) {
            clock_.advance(std::chrono::milliseconds{100});
            if (send) {
                feed_.wave(4, from + static_cast<std::uint64_t>(i) * 50, 50, clock_.utc_us());
            }
            settle();
            sweep->advance(desk_->monotonicS());
        }
    };
    play(0, 30, true);      // 0 to 3 s
    play(0, 3, false);      // 0.3 s of samples never come: index 1500 to 1650
    play(1'650, 20, true);
    const QRgb ground = theme_.color(Token::bg_field).rgb();
    const double px_per_s = signal::EcgScale{}.mm_per_s * (sweep->image().width() > 0 ? 96.0 / 25.4 : 1);
    int drawn = 0;
    int empty_run = 0;
    int longest_empty = 0;
    for (int x = 66; x < 64 + static_cast<int>(3.6 * px_per_s); ++x) {
        const bool has = inked(sweep->image(), x, ground) > 0;
        drawn += has ? 1 : 0;
        empty_run = has ? 0 : empty_run + 1;
        longest_empty = std::max(longest_empty, empty_run);
    }
    EXPECT_GT(drawn, 150);
    EXPECT_GT(longest_empty, 15) << "the missing 0.3 s must stay empty";
}

// On the first turn the paper is empty anyway; from the second on the sweep passes over its own old trace.
TEST_F(DeskKeys, ALongDropoutIsAGapOnEveryTurnOfTheSweep) {
    connectAll();
    desk_->selectIncident(10);
    window_->showView(View::physician);
    settle();
    auto* sweep = window_->findChild<EcgSweep*>();
    std::uint64_t sample = 0;
    const auto play = [&](int tenths, bool send) {
        for (int i = 0; i < tenths; ++i, sample += 50) {
            clock_.advance(std::chrono::milliseconds{100});
            if (send) {
                feed_.wave(4, sample, 50, clock_.utc_us());
            }
            settle();
            sweep->advance(desk_->monotonicS());
        }
    };
    const auto longest_empty = [&] {
        const QRgb ground = theme_.color(Token::bg_field).rgb();
        int run = 0;
        int longest = 0;
        for (int x = 66; x < sweep->width() / 2 - 14; ++x) {
            run = inked(sweep->image(), x, ground) > 0 ? 0 : run + 1;
            longest = std::max(longest, run);
        }
        return longest;
    };
    play(100, true); // more than a turn: no column is empty but those of the bar
    const double turn_s = (sweep->width() / 2.0 - 76) / (signal::EcgScale{}.mm_per_s * 96.0 / 25.4);
    ASSERT_GT(sweep->drawnS(), turn_s);
    const int bar = longest_empty();
    play(30, false); // 3 s never come
    play(20, true);
    EXPECT_GT(longest_empty(), bar + static_cast<int>(2 * signal::EcgScale{}.mm_per_s * 96.0 / 25.4))
        << "the turn before must not stand where nothing was received";
}

} // namespace
} // namespace ems::console
