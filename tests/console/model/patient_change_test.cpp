#include "console/model/patient_change.h"

#include <gtest/gtest.h>

namespace ems::console {
namespace {

TEST(PatientChange, ANumberIsMaskedAsTheCentreMasksIt) {
    EXPECT_EQ(masked_number("13900003462"), "139****3462");
    EXPECT_EQ(masked_number("3462346"), "****");
    EXPECT_EQ(masked_number(""), "");
}

TEST(PatientChange, AnAgeThatIsTakenAwayIsAChangeAndOneThatIsNotNamedIsNone) {
    api::UpdateIncident change;
    EXPECT_FALSE(corrects_anything(change));
    set_age(change, {8, AgeUnit::months});
    set_age(change, {0, AgeUnit::years});
    EXPECT_TRUE(corrects_anything(change));
    EXPECT_FALSE(change.has_age_months());
    EXPECT_EQ(age_of(change), "");
}

TEST(PatientChange, TwoDesksThatPutTheSameThingRightDoNotClash) {
    api::Incident base;
    base.set_age_years(30);
    base.set_sex("m");
    base.set_caller_phone_masked("139****3462");
    api::Incident now = base;
    api::UpdateIncident change;
    set_age(change, {3, AgeUnit::years});
    change.set_sex("f");
    change.set_caller_phone("13900007777");
    EXPECT_FALSE(corrections_clash(change, base, now));
    now.set_age_years(3);
    now.set_sex("f");
    now.set_caller_phone_masked("139****7777");
    EXPECT_FALSE(corrections_clash(change, base, now));
    EXPECT_TRUE(shows_corrections(now, change));
    now.set_age_months(36);
    EXPECT_TRUE(corrections_clash(change, base, now));
    EXPECT_FALSE(shows_corrections(now, change));
    now = base;
    now.set_caller_phone_masked("138****1111");
    EXPECT_TRUE(corrections_clash(change, base, now));
}

} // namespace
} // namespace ems::console
