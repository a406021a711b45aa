// Numbers, scores and advice as the physician reads them.
#include "console/widgets/advisory_view.h"
#include "console/widgets/news2_view.h"
#include "console/widgets/patient_views.h"
#include "console/widgets/scores_view.h"
#include "telemetry/signal/ecg12/stemi.h"
#include "telemetry/wire/findings.h"
#include "tests/console/ui/desk_fixture.h"

namespace ems::console {
namespace {

TEST(Numerics, InvalidIsNeverZeroAndAbsentSaysWhy) {
    application();
    VitalsTrack track;
    track.received = 1;
    track.newest.set_received_us(1'000'000);
    auto* v = track.newest.mutable_vitals();
    v->set_hr_bpm(0);
    v->set_invalid_mask(1);
    EXPECT_EQ(read_numeric(Numeric::hr, &track, 1'000'000).value, QStringLiteral("--"));
    EXPECT_EQ(read_numeric(Numeric::temp, &track, 1'000'000).value, QStringLiteral("—"));
    EXPECT_FALSE(read_numeric(Numeric::temp, &track, 1'000'000).reason.isEmpty());
    v->set_spo2_pct(88);
    EXPECT_EQ(read_numeric(Numeric::spo2, &track, 1'000'000).value, QStringLiteral("88"));
    EXPECT_EQ(read_numeric(Numeric::spo2, &track, 17'000'000).freshness, Freshness::lost);
}

TEST(Numerics, ANumberMarkedInvalidWithoutAValueIsASensorThatIsOff) {
    application();
    VitalsTrack track;
    track.received = 1;
    track.newest.set_received_us(1'000'000);
    track.newest.mutable_vitals()->set_invalid_mask(1);
    EXPECT_EQ(read_numeric(Numeric::hr, &track, 1'000'000).value, QStringLiteral("--"));
    EXPECT_FALSE(read_numeric(Numeric::hr, &track, 1'000'000).has_value);
}

TEST(Numerics, PastItsLimitANumberIsHistoryAndStandsInNoTrend) {
    application();
    VitalsTrack track;
    track.received = 1;
    track.newest.set_received_us(1'000'000);
    track.newest.mutable_vitals()->set_spo2_pct(88);
    const NumericReading now = read_numeric(Numeric::spo2, &track, 11'000'000);
    EXPECT_EQ(present_text(now), QStringLiteral("88"));
    const NumericReading past = read_numeric(Numeric::spo2, &track, 11'001'000);
    EXPECT_EQ(past.value, QStringLiteral("88"));
    EXPECT_EQ(present_text(past), QStringLiteral("--"));
}

TEST(Numerics, AnAgeThatTheVehicleSaysCountsFromThere) {
    application();
    VitalsTrack track;
    track.received = 1;
    track.newest.set_received_us(1'000'000);
    track.newest.mutable_vitals()->set_spo2_pct(88);
    auto& age = *track.newest.mutable_vitals()->add_ages();
    age.set_bit(2);
    age.set_age_ms(8'000);
    EXPECT_EQ(read_numeric(Numeric::spo2, &track, 1'000'000).age_us, 8'000'000);
    EXPECT_EQ(read_numeric(Numeric::spo2, &track, 4'000'000).freshness, Freshness::lost);
}

VitalsTrack track_at(std::int64_t at_us) {
    VitalsTrack track;
    track.received = 1;
    for (const auto& [kind, value] :
         {std::pair{signal::VitalKind::rr, 24}, {signal::VitalKind::spo2, 88}, {signal::VitalKind::nibp_sys, 104},
          {signal::VitalKind::hr, 104}}) {
        track.known.take(kind, value, at_us, at_us);
    }
    return track;
}

TEST(News2, WhatIsMissingMakesTheTotalALeastAndIsCounted) {
    application();
    const VitalsTrack track = track_at(1'000'000);
    const News2Reading reading = read_news2(&track, 58, 2'000'000);
    EXPECT_EQ(reading.total, QStringLiteral("≥ 7")) << "2 + 3 + 1 + 1";
    EXPECT_TRUE(reading.risk.startsWith(QStringLiteral("7–15"))) << reading.risk.toStdString();
    EXPECT_TRUE(reading.risk.contains(QStringLiteral("3 missing"))) << "oxygen, consciousness, temperature";
    EXPECT_TRUE(reading.source.endsWith(QStringLiteral("1 s"))) << reading.source.toStdString();
}

TEST(News2, WhatTheCrewFoundMakesItWhole) {
    application();
    const VitalsTrack track = track_at(1'000'000);
    ems::wire::PatientFindings said;
    said.set_consciousness(ems::wire::PatientFindings::ALERT);
    said.set_oxygen_dl_min(0);
    said.set_temp_cdeg(3'680);
    ems::wire::PatientChart chart;
    ems::wire::add_findings(chart, said, 1'500'000);
    EXPECT_EQ(read_news2(&track, 58, 2'000'000, &chart).total, QStringLiteral("7"));
    EXPECT_TRUE(read_news2(nullptr, 58, 2'000'000, &chart).has_score) << "before any monitor";
}

TEST(News2, NumbersTooOldForAScoreAreMissing) {
    application();
    const VitalsTrack track = track_at(0);
    EXPECT_EQ(read_news2(&track, {}, 61'000'000).total, QStringLiteral("≥ 1")) << "the cuff's alone";
    EXPECT_EQ(read_news2(&track, {}, 601'000'000).total, QStringLiteral("—"));
}

TEST(News2, IsNotForChildrenAndOfNobodyThereIsNone) {
    application();
    const VitalsTrack track = track_at(0);
    EXPECT_FALSE(read_news2(&track, 15, 0).has_score);
    EXPECT_FALSE(read_news2(&track, 0, 0).has_score) << "an infant";
    EXPECT_TRUE(read_news2(&track, 16, 0).has_score);
    EXPECT_FALSE(read_news2(nullptr, 58, 0).has_score);
    EXPECT_EQ(read_news2(nullptr, 58, 0).total, QStringLiteral("—"));
}

PatientAge aged(signal::AgeGroup group, std::optional<int> years) {
    return {group, years, years ? std::optional{*years * 12} : std::nullopt};
}

TEST(Pews, StandsInThePlaceOfNews2BelowSixteenYears) {
    using signal::AgeGroup;
    EXPECT_EQ(early_warning_for(aged(AgeGroup::adult, {})), EarlyWarning::news2);
    EXPECT_EQ(early_warning_for(aged(AgeGroup::adult, 16)), EarlyWarning::news2);
    EXPECT_EQ(early_warning_for(aged(AgeGroup::adult, 15)), EarlyWarning::bedside_pews);
    EXPECT_EQ(early_warning_for(aged(AgeGroup::child, 5)), EarlyWarning::bedside_pews);
    EXPECT_EQ(early_warning_for(aged(AgeGroup::infant, {})), EarlyWarning::bedside_pews) << "the crew's word";
}

TEST(Pews, WhatIsMissingMakesTheTotalALeastAndAnUnknownAgeNone) {
    application();
    const VitalsTrack track = track_at(1'000'000);
    const PewsReading reading = read_pews(&track, aged(signal::AgeGroup::child, 8), 2'000'000);
    ASSERT_TRUE(reading.has_score);
    EXPECT_EQ(reading.total, QStringLiteral("≥ 2")) << "SpO2 88; the rest of an eight-year-old is normal";
    EXPECT_TRUE(reading.risk.startsWith(QStringLiteral("2–14"))) << reading.risk.toStdString();
    EXPECT_TRUE(reading.risk.contains(QStringLiteral("3 missing"))) << "refill, effort, oxygen";
    const PewsReading nobody = read_pews(&track, aged(signal::AgeGroup::infant, {}), 2'000'000);
    EXPECT_FALSE(nobody.has_score);
    EXPECT_EQ(nobody.total, QStringLiteral("—"));
    EXPECT_FALSE(nobody.source.isEmpty());
}

TEST(Scores, FitTheAgeAndNameWhatTheyLack) {
    application();
    const VitalsTrack track = track_at(1'000'000);
    const auto adult = read_scores(&track, aged(signal::AgeGroup::adult, 58), 2'000'000);
    ASSERT_EQ(adult.size(), 3U);
    EXPECT_EQ(adult[0].name, QStringLiteral("MEWS"));
    EXPECT_EQ(adult[0].value, QStringLiteral("≥ 3")) << "SBP 104 0, HR 104 1, RR 24 2";
    EXPECT_TRUE(adult[0].missing.contains(QStringLiteral("temperature, consciousness")));
    EXPECT_EQ(adult[1].name, QStringLiteral("qSOFA"));
    EXPECT_EQ(adult[1].value, QStringLiteral("≥ 1"));
    EXPECT_FALSE(adult[1].stands_out);
    EXPECT_EQ(adult[2].value, QStringLiteral("1.00"));
    EXPECT_TRUE(adult[2].stands_out) << "shock likely";
    const auto child = read_scores(&track, aged(signal::AgeGroup::child, 8), 2'000'000);
    ASSERT_EQ(child.size(), 1U);
    EXPECT_EQ(child[0].name, QStringLiteral("SIPA"));
    EXPECT_FALSE(child[0].stands_out) << "1.00 is not above 1.0";
    const auto old = read_scores(&track, aged(signal::AgeGroup::adult, 58), 700'000'000);
    ASSERT_EQ(old.size(), 3U);
    EXPECT_EQ(old[2].value, QStringLiteral("—"));
    EXPECT_FALSE(old[2].missing.isEmpty());
    EXPECT_TRUE(read_scores(nullptr, {}, 0).empty());
}

TEST(Scores, TakeWhatTheCrewFound) {
    application();
    const VitalsTrack track = track_at(1'000'000);
    ems::wire::PatientFindings said;
    said.set_consciousness(ems::wire::PatientFindings::VOICE);
    said.set_temp_cdeg(3'680);
    ems::wire::PatientChart chart;
    ems::wire::add_findings(chart, said, 1'500'000);
    const auto lines = read_scores(&track, aged(signal::AgeGroup::adult, 58), 2'000'000, &chart);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0].value, QStringLiteral("4")) << "one more for what answers to a voice";
    EXPECT_TRUE(lines[0].missing.isEmpty());
    EXPECT_EQ(lines[1].value, QStringLiteral("2"));
    EXPECT_TRUE(lines[1].stands_out);
}

TEST(Advisory, SaysWhatIsSuggestedThatItIsNoDiagnosisAndHowOldItIs) {
    application();
    VitalsTrack track = track_at(1'000'000);
    track.newest.set_received_us(1'000'000);
    auto& ecg = *track.newest.mutable_vitals()->mutable_ecg();
    ecg.set_st(wire::EcgAdvisory::ST_CRITERIA_MET);
    ecg.set_st_elevated(0x380); // V2 to V4
    ecg.set_st_age_ms(9'000);
    ecg.set_af(wire::EcgAdvisory::AF_NOT_SUSPECTED);
    const AdvisoryReading reading = read_advisory(&track, 4'000'000);
    EXPECT_TRUE(reading.st.startsWith(QStringLiteral("ST elevation? V2-V4 · advisory, no diagnosis")))
        << reading.st.toStdString();
    EXPECT_EQ(reading.af, QStringLiteral("AF not suspected"));
    EXPECT_EQ(reading.age_us, 12'000'000);
    EXPECT_TRUE(reading.suggests);
}

TEST(Advisory, WhatCannotBeReadIsSaidWithItsReasonAndSuggestsNothing) {
    application();
    VitalsTrack track = track_at(0);
    auto& ecg = *track.newest.mutable_vitals()->mutable_ecg();
    ecg.set_st(wire::EcgAdvisory::ST_NOT_INTERPRETABLE);
    ecg.set_st_refusals(1U << static_cast<unsigned>(signal::StRefusal::paced));
    const AdvisoryReading reading = read_advisory(&track, 0);
    EXPECT_TRUE(reading.st.startsWith(QStringLiteral("ST not interpretable: "))) << reading.st.toStdString();
    EXPECT_TRUE(reading.st.length() > 24) << "the reason";
    EXPECT_FALSE(reading.suggests);
}

TEST(Advisory, AnOldOneAndNoneAreNotMeasured) {
    application();
    VitalsTrack track = track_at(0);
    EXPECT_FALSE(read_advisory(&track, 0).age_us);
    auto& ecg = *track.newest.mutable_vitals()->mutable_ecg();
    ecg.set_st(wire::EcgAdvisory::ST_CRITERIA_MET);
    ecg.set_st_elevated(0x380);
    EXPECT_TRUE(read_advisory(&track, kAdvisoryHeldUs).suggests);
    const AdvisoryReading old = read_advisory(&track, kAdvisoryHeldUs + 1);
    EXPECT_FALSE(old.suggests);
    EXPECT_FALSE(old.age_us);
    EXPECT_EQ(old.st, read_advisory(nullptr, 0).st);
}

TEST(Numerics, ACuffReadingIsAsOldAsTheCuffSays) {
    application();
    VitalsTrack track;
    track.received = 1;
    track.newest.set_received_us(700'000'000);
    track.newest.set_device_us(1'700'000'000);
    auto* v = track.newest.mutable_vitals();
    v->set_nibp_sys_mmhg(120);
    v->set_nibp_dia_mmhg(80);
    v->set_nibp_age_ms(541'000);
    const NumericReading reading = read_numeric(Numeric::nibp, &track, 700'000'000);
    EXPECT_EQ(reading.value, QStringLiteral("120/80"));
    EXPECT_EQ(reading.age_us, 541'000'000);
    EXPECT_EQ(reading.freshness, Freshness::lost);
}

} // namespace
} // namespace ems::console
