#include "telemetry/signal/page/ecg_page.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "telemetry/signal/page/ecg_report.h"
#include "telemetry/signal/page/svg.h"
#include "tests/support/child_process.h"
#include "tests/telemetry/signal/sim_ecg.h"

namespace ems::signal {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

// One triangle of 1 mV a second in every lead, its peak on the whole second; V6 was not connected
// and V3 has a gap. Plain numbers, so that the page is the same on every machine.
EcgPageInput plain_input() {
    EcgPageInput in{.filter = *EcgFilter::design(500, EcgBand::diagnostic, Mains::notch_50_hz)};
    in.ecg.rate_hz = 125;
    for (std::size_t lead = 0; lead + 1 < kAcquiredLeads; ++lead) {
        for (int i = 0; i <= 1250; ++i) {
            const int from_peak = std::abs((i + 62) % 125 - 62);
            in.ecg.mv[lead].push_back(from_peak < 8 ? static_cast<float>(8 - from_peak) / 8 : 0.0F);
        }
    }
    for (std::size_t i = 700; i < 725; ++i) {
        in.ecg.mv[static_cast<std::size_t>(Lead::V3)][i] = kMissing;
    }
    in.analysis.intervals = {60.0, 0.160, 0.092, 0.400, 0.400, 53};
    in.analysis.st_j_mv.fill(0.01);
    in.analysis.st_j60_mv.fill(-0.001);
    in.analysis.st_j_mv[7] = 0.25;
    in.analysis.st_j_mv[8] = 0.30;
    in.analysis.st_j_mv[11] = in.analysis.st_j60_mv[11] = std::numeric_limits<double>::quiet_NaN();
    in.analysis.st.verdict = StVerdict::criteria_met;
    in.analysis.st.elevated = shown_bit(ShownLead::V2) | shown_bit(ShownLead::V3);
    in.analysis.st.not_judged = shown_bit(ShownLead::V6);
    in.patient = {Sex::male, 60};
    in.patient_id = "A<1>";
    in.recorded_at = "2026-11-26 09:14:07";
    in.record = "plain";
    in.program = "test";
    return in;
}

std::vector<PagePolyline> traces(const Page& page) {
    std::vector<PagePolyline> out;
    for (const PageShape& shape : page.shapes) {
        const auto* line = std::get_if<PagePolyline>(&shape);
        if (line != nullptr && line->ink == Ink::trace) {
            out.push_back(*line);
        }
    }
    return out;
}

std::vector<std::string> texts(const Page& page) {
    std::vector<std::string> out;
    for (const PageShape& shape : page.shapes) {
        if (const auto* text = std::get_if<PageText>(&shape)) {
            out.push_back(text->utf8);
        }
    }
    return out;
}

bool holds(const std::vector<std::string>& list, const std::string& part) {
    return std::any_of(list.begin(), list.end(), [&](const std::string& text) {
        return text.find(part) != std::string::npos;
    });
}

TEST(EcgPage, IsTheGoldenPage) {
    const std::string path = test::source_path("tests/golden/ecg/page.svg");
    const std::string svg = to_svg(ecg_page(plain_input()));
    if (std::getenv("EMS_GOLDEN_WRITE") != nullptr) {
        std::ofstream{path, std::ios::binary} << svg;
    }
    std::ifstream file{path, std::ios::binary};
    const std::string golden{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_EQ(svg.size(), golden.size());
    EXPECT_TRUE(svg == golden)
        << "differs from byte "
        << std::mismatch(svg.begin(), svg.end(), golden.begin(), golden.end()).first - svg.begin();
}

// The pulse is the first trace of each row: 1 mV and 200 ms.
TEST(EcgPage, CalibrationPulseIsTenMillimetresHighAndFiveWide) {
    const PagePolyline pulse = traces(ecg_page(plain_input())).front();
    ASSERT_EQ(pulse.points.size(), 6U);
    EXPECT_DOUBLE_EQ(pulse.points[1].y_mm - pulse.points[2].y_mm, 10);
    EXPECT_DOUBLE_EQ(pulse.points[3].x_mm - pulse.points[2].x_mm, 5);
}

TEST(EcgPage, ASecondIs25MillimetresAndAMillivoltTen) {
    const std::vector<PagePolyline> all = traces(ecg_page(plain_input()));
    const auto rhythm = std::find_if(all.begin(), all.end(), [](const PagePolyline& line) {
        return line.points.back().x_mm - line.points.front().x_mm > 249;
    });
    ASSERT_NE(rhythm, all.end());
    EXPECT_NEAR(rhythm->points.back().x_mm - rhythm->points.front().x_mm, 250, 1e-6);
    std::vector<double> peaks_mm;
    double base = 0;
    double top = 1e9;
    for (const PagePoint& point : rhythm->points) {
        base = std::max(base, point.y_mm);
        top = std::min(top, point.y_mm);
    }
    for (const PagePoint& point : rhythm->points) {
        if (point.y_mm < top + 1e-6) {
            peaks_mm.push_back(point.x_mm);
        }
    }
    EXPECT_NEAR(base - top, 10, 1e-6);
    ASSERT_EQ(peaks_mm.size(), 11U);
    EXPECT_NEAR(peaks_mm[5] - peaks_mm[4], 25, 1e-6);
}

constexpr EcgLayout kLayouts[] = {EcgLayout::rows3x4, EcgLayout::rows3x4_simultaneous, EcgLayout::rows6x2, EcgLayout::rows12x1};

TEST(EcgPageLayout, HasEveryLeadOnceInItsOwnRoomWithinTheGridAndSaysWhichItIs) {
    for (const EcgLayout layout : kLayouts) {
        EcgPageInput in = plain_input();
        in.layout = layout;
        const auto& all = ecg_page_traces({}, layout);
        const std::size_t rhythm_rows = layout == EcgLayout::rows12x1 ? 0 : 1;
        ASSERT_EQ(all.size(), kShownLeads + rhythm_rows);
        std::vector<bool> seen(kShownLeads, false);
        for (std::size_t i = 0; i < kShownLeads; ++i) {
            const auto lead = static_cast<std::size_t>(all[i].lead);
            EXPECT_FALSE(seen[lead]) << lead_name(all[i].lead);
            seen[lead] = true;
        }
        for (const EcgPageTrace& trace : all) {
            EXPECT_GE(trace.top_mm, kEcgPageGridTopMm - 1e-9);
            EXPECT_LE(trace.top_mm + trace.row_mm, kEcgPageGridTopMm + kEcgPageTracesHeightMm + 1e-9);
            EXPECT_LE(trace.left_mm + (trace.to_s - trace.from_s) * 25, kEcgPageTraceLeftMm + 250 + 1e-9);
            EXPECT_GE(trace.base_mm - 10, kEcgPageGridTopMm) << "the pulse of 1 mV stands within the grid";
            EXPECT_LT(trace.base_mm, trace.top_mm + trace.row_mm);
        }
        EXPECT_TRUE(holds(texts(ecg_page(in)), layout_text(layout, TextLanguage::chinese)));
    }
}

// What stands side by side was measured at one time, or one after the other without a second left out.
TEST(EcgPageLayout, ColumnsAreOfTheSameSecondsOrGoOnWhereTheOneBeforeEnded) {
    const auto& same = ecg_page_traces({}, EcgLayout::rows3x4_simultaneous);
    const auto& on = ecg_page_traces({}, EcgLayout::rows6x2);
    for (std::size_t i = 0; i < kShownLeads; ++i) {
        EXPECT_EQ(same[i].from_s, 0) << i;
        EXPECT_EQ(same[i].to_s, kPageColumnSeconds) << i;
        EXPECT_EQ(on[i].from_s, i % 2 == 0 ? 0 : 5) << i;
        EXPECT_EQ(on[i].to_s - on[i].from_s, 5) << i;
    }
}

TEST(EcgPageLayout, APeakStandsAtItsTimeInEveryColumnOfASimultaneousPage) {
    EcgPageInput in = plain_input();
    in.layout = EcgLayout::rows3x4_simultaneous;
    const Page page = ecg_page(in);
    std::size_t found = 0;
    for (const PagePolyline& line : traces(page)) {
        for (const EcgPageTrace& trace : ecg_page_traces({}, in.layout)) {
            const bool begins_here = std::abs(line.points.front().x_mm - trace.left_mm) < 1e-6 &&
                                     std::abs(line.points.front().y_mm - (trace.base_mm - 10)) < 1e-6; // a peak at second 0
            found += begins_here ? 1 : 0;
        }
    }
    EXPECT_EQ(found, 8U) << "I, II, V1 to V5 and the rhythm row, whose triangles are 1 mV high";
}

TEST(EcgPageLayout, TheNextOnesComeRoundToTheFirst) {
    EcgLayout layout = EcgLayout::rows3x4;
    for (const EcgLayout expected : {EcgLayout::rows3x4_simultaneous, EcgLayout::rows6x2, EcgLayout::rows12x1, EcgLayout::rows3x4}) {
        layout = next_layout(layout);
        EXPECT_EQ(layout, expected);
    }
}

TEST(EcgPage, BothAxesAreTrueAtEachScaleAndTheScaleIsPrinted) {
    for (const EcgScale scale : {EcgScale{50, 20}, EcgScale{12.5, 5}, EcgScale{25, 5}}) {
        EcgPageInput in = plain_input();
        in.scale = scale;
        const double fallen_s = fit_to_scale(in);
        const double shown_s = scale.mm_per_s == 50 ? 5 : 10;
        EXPECT_NEAR(fallen_s, 10 - shown_s, 0.01);
        const Page page = ecg_page(in);
        const std::vector<PagePolyline> all = traces(page);
        const PagePolyline pulse = all.front();
        ASSERT_EQ(pulse.points.size(), 6U);
        EXPECT_DOUBLE_EQ(pulse.points[1].y_mm - pulse.points[2].y_mm, scale.mm_per_mv);
        EXPECT_NEAR(pulse.points[3].x_mm - pulse.points[2].x_mm, 0.2 * scale.mm_per_s, 1e-9);
        const double wide = shown_s * scale.mm_per_s;
        const auto rhythm = std::find_if(all.begin(), all.end(), [&](const PagePolyline& line) {
            return std::abs(line.points.back().x_mm - line.points.front().x_mm - wide) < 0.2;
        });
        ASSERT_NE(rhythm, all.end()) << scale.mm_per_s;
        EXPECT_TRUE(holds(texts(page), scale_text(scale) + "   非标准"));
        EXPECT_LE(pulse.points[5].x_mm, ecg_page_traces(scale).front().left_mm) << "the pulse stands before its trace";
    }
}

TEST(EcgPage, TheStandardScaleIsPrintedWithoutAMark) {
    EXPECT_TRUE(holds(texts(ecg_page(plain_input())), "25 mm/s   10 mm/mV"));
    EXPECT_FALSE(holds(texts(ecg_page(plain_input())), "非标准"));
}

TEST(EcgScale, IsChosenRoundAndRound) {
    EcgScale scale;
    EXPECT_EQ(next_speed(scale).mm_per_s, 50);
    EXPECT_EQ(next_speed(next_speed(scale)).mm_per_s, 12.5);
    EXPECT_TRUE(next_speed(next_speed(next_speed(scale))).is_standard());
    EXPECT_EQ(next_gain(scale).mm_per_mv, 20);
    EXPECT_EQ(next_gain(next_gain(scale)).mm_per_mv, 5);
    EXPECT_TRUE(next_gain(next_gain(next_gain(scale))).is_standard());
    EXPECT_EQ(scale_text({12.5, 5}), "12.5 mm/s   5 mm/mV");
}

TEST(EcgPage, ColumnsFollowOneAnotherInTimeAboveTheRhythmRow) {
    // A lead of the third column shows seconds 5 to 7.5, where the rhythm row shows them.
    const std::vector<PagePolyline> all = traces(ecg_page(plain_input()));
    const double left = all.front().points[1].x_mm + 10; // trace begins 10 mm behind the pulse
    int third_column = 0;
    for (const PagePolyline& line : all) {
        if (std::abs(line.points.front().x_mm - (left + 125)) < 1e-6 &&
            std::abs(line.points.back().x_mm - (left + 187.5)) < 0.21) {
            ++third_column;
        }
    }
    EXPECT_EQ(third_column, 2); // V1 and V2; V3 has a gap
}

TEST(EcgPage, AGapIsNotBridgedAndAMissingLeadSaysSo) {
    const Page page = ecg_page(plain_input());
    for (const PagePolyline& line : traces(page)) {
        if (line.points.size() < 7) {
            continue;
        }
        for (std::size_t i = 1; i < line.points.size(); ++i) {
            EXPECT_LT(line.points[i].x_mm - line.points[i - 1].x_mm, 0.201);
        }
    }
    const auto all = texts(page);
    EXPECT_EQ(std::count(all.begin(), all.end(), "导联缺失"), 1);
}

TEST(EcgPage, NothingLeavesTheGrid) {
    EcgPageInput in = plain_input();
    for (float& value : in.ecg.mv[1]) {
        value *= 40;
    }
    for (const PagePolyline& line : traces(ecg_page(in))) {
        for (const PagePoint& point : line.points) {
            EXPECT_GE(point.y_mm, 52);
            EXPECT_LE(point.y_mm, 192);
            EXPECT_LE(point.x_mm, 283.5);
        }
    }
}

TEST(EcgPage, IdentityIsPrintedOnlyWhenGiven) {
    EcgPageInput in = plain_input();
    EXPECT_TRUE(holds(texts(ecg_page(in)), "ID A<1>"));
    in.patient_id.clear();
    EXPECT_FALSE(holds(texts(ecg_page(in)), "ID"));
}

TEST(EcgPage, WhatIsNotOfDiagnosticQualitySaysSo) {
    EcgPageInput in = plain_input();
    EXPECT_FALSE(holds(texts(ecg_page(in)), "非诊断质量"));
    in.filter = *EcgFilter::design(500, EcgBand::monitor, Mains::as_recorded);
    EXPECT_TRUE(holds(texts(ecg_page(in)), "非诊断质量"));
    EXPECT_TRUE(holds(texts(ecg_page(in)), "0.5-40 Hz"));
    in.filter = *EcgFilter::design(250, EcgBand::diagnostic, Mains::as_recorded);
    EXPECT_TRUE(holds(texts(ecg_page(in)), "非诊断质量"));
}

TEST(EcgPage, BothLanguagesCarryTheAdvisoryAndWhoMustConfirmIt) {
    EcgPageInput in = plain_input();
    in.af = AfSuspicion{AfFinding::suspected, 64, 0.9, 0.2};
    EXPECT_TRUE(holds(texts(ecg_page(in)), "疑似心房颤动"));
    EXPECT_TRUE(holds(texts(ecg_page(in)), "V2-V3"));
    in.language = TextLanguage::english;
    EXPECT_TRUE(holds(texts(ecg_page(in)), "fibrillation suspected"));
    EXPECT_TRUE(holds(texts(ecg_page(in)), "not a diagnosis"));
}

TEST(Svg, IsOfTrueSizeAndEscapesWhatAFileHeld) {
    Page page;
    page.shapes.emplace_back(
        PageText{{1.5, 2.25}, 3, "a<b>&\"\x01", Ink::text, TextAlign::right, TextWeight::bold});
    const std::string svg = to_svg(page);
    EXPECT_NE(svg.find("width=\"297mm\" height=\"210mm\" viewBox=\"0 0 297 210\""),
              std::string::npos);
    EXPECT_NE(svg.find("x=\"1.5\" y=\"2.25\""), std::string::npos);
    EXPECT_NE(svg.find(">a&lt;b&gt;&amp;&quot; </text>"), std::string::npos);
}

TEST(MarkedPage, BearsTheWordsUnderAllThatIsOnItAndInHeadAndFoot) {
    Page page = ecg_page(plain_input());
    const std::size_t shapes = page.shapes.size();
    mark_page(page, "演练 DRILL");
    const auto is_mark = [&](std::size_t i, Ink ink) {
        const auto* text = std::get_if<PageText>(&page.shapes.at(i));
        return text != nullptr && text->ink == ink && text->utf8 == "演练 DRILL";
    };
    ASSERT_EQ(page.shapes.size(), shapes + 5);
    for (const std::size_t i : {0U, 1U, 2U}) {
        EXPECT_TRUE(is_mark(i, Ink::faint_mark));
    }
    EXPECT_TRUE(is_mark(shapes + 3, Ink::mark));
    EXPECT_TRUE(is_mark(shapes + 4, Ink::mark));
    EXPECT_TRUE(page.title.starts_with("演练 DRILL"));
}

TEST(PageText, WrapsHanTextAndKeepsWordsAndClosingSigns) {
    EXPECT_TRUE(wrap_text("", 3, 30).empty());
    EXPECT_EQ(wrap_text("中文中文中文", 3, 9), (std::vector<std::string>{"中文中", "文中文"}));
    // the comma does not begin the second line
    EXPECT_EQ(wrap_text("中文中，文", 3, 9), (std::vector<std::string>{"中文", "中，文"}));
    EXPECT_EQ(wrap_text("one two three", 3, 12), (std::vector<std::string>{"one two", "three"}));
}

TEST(EcgReport, MeasuresWhatIsPrintedAndFiltersFromBeforeIt) {
    sim::HeartState heart;
    heart.st_mv = sim::kStAnterior;
    test::SimEcg sim = test::simulate(1, heart, sim::EcgNoise{}, 40);
    for (auto& lead : sim.ecg.mv) {
        for (float& value : lead) {
            value += 200; // electrode offset
        }
    }
    EcgReportOptions options;
    options.from_s = 20;
    options.patient = {Sex::male, 60};
    const auto page = ecg_report(sim.ecg, sim.beats(), options);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->ecg.samples(), 5001U);
    EXPECT_EQ(lead_list(page->analysis.st.elevated), "V1-V5");
    EXPECT_EQ(page->af->finding, AfFinding::too_few_beats);
    double sum = 0;
    for (const float value : page->ecg.mv[1]) {
        sum += static_cast<double>(value);
    }
    EXPECT_LT(std::abs(sum / 5001), 0.3); // the offset is gone
    options.from_s = 40;
    EXPECT_FALSE(ecg_report(sim.ecg, sim.beats(), options));
}

TEST(EcgReport, ReadsAgeAndSexFromTheHeadersComments) {
    WfdbHeader header;
    header.comments = {" age: 81", "sex: female", "Diagnose:"};
    EXPECT_EQ(patient_of(header).age_years, 81);
    EXPECT_EQ(patient_of(header).sex, Sex::female);
    header.comments = {"age: n/a", "sex: n/a", "age: 900"};
    EXPECT_FALSE(patient_of(header).age_years);
    EXPECT_FALSE(patient_of(header).sex);
}

} // namespace
} // namespace ems::signal
