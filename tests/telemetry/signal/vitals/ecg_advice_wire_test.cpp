#include "telemetry/signal/vitals/ecg_advice_wire.h"

#include <gtest/gtest.h>

namespace ems::signal {
namespace {

TEST(EcgAdviceWire, WhatNobodyKnowsIsNoMessage) {
    EXPECT_FALSE(to_wire(EcgAdvice{}, {}));
}

TEST(EcgAdviceWire, EveryVerdictAndFindingComesBackAsItWas) {
    for (const StVerdict verdict : {StVerdict::criteria_met, StVerdict::criteria_not_seen,
                                    StVerdict::not_interpretable}) {
        for (const AfFinding finding :
             {AfFinding::not_suspected, AfFinding::suspected, AfFinding::too_few_beats,
              AfFinding::noise, AfFinding::frequent_ectopy}) {
            EcgAdvice advice;
            advice.st.emplace();
            advice.st->verdict = verdict;
            advice.st->elevated = 0xFC0;
            advice.st->not_judged = 3;
            advice.st->refusals.set(static_cast<std::size_t>(StRefusal::under_age));
            advice.st->ask_posterior = true;
            advice.st->sgarbossa = 5;
            advice.st->sex_assumed = true;
            advice.af.emplace();
            advice.af->finding = finding;
            const auto sent = to_wire(advice, {12'000'000, 3'000'000});
            ASSERT_TRUE(sent);
            EXPECT_EQ(sent->st_age_ms(), 12'000U);
            EXPECT_EQ(sent->af_age_ms(), 3'000U);
            const auto st = st_of_wire(*sent);
            ASSERT_TRUE(st);
            EXPECT_EQ(st->verdict, verdict);
            EXPECT_EQ(st->elevated, advice.st->elevated);
            EXPECT_EQ(st->not_judged, advice.st->not_judged);
            EXPECT_EQ(st->refusals, advice.st->refusals);
            EXPECT_TRUE(st->ask_posterior);
            EXPECT_FALSE(st->ask_right_chest);
            EXPECT_EQ(st->sgarbossa, 5);
            EXPECT_TRUE(st->sex_assumed);
            EXPECT_EQ(af_of_wire(*sent), finding);
        }
    }
}

TEST(EcgAdviceWire, WhatALaterVersionSaysIsNotKnown) {
    wire::EcgAdvisory later;
    later.set_st(static_cast<wire::EcgAdvisory::St>(9));
    later.set_af(static_cast<wire::EcgAdvisory::Af>(9));
    EXPECT_FALSE(st_of_wire(later));
    EXPECT_FALSE(af_of_wire(later));
    later.set_st(wire::EcgAdvisory::ST_NOT_INTERPRETABLE);
    later.set_st_refusals(0xFFFF'FFFF);
    later.set_st_elevated(0xFFFF'FFFF);
    EXPECT_EQ(st_of_wire(later)->refusals.to_ulong(), (1UL << kStRefusals) - 1);
    EXPECT_EQ(st_of_wire(later)->elevated, (1U << kShownLeads) - 1);
}

} // namespace
} // namespace ems::signal
