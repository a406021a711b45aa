// What is put right of the caller and the patient of an open incident.
#include "tests/dispatch/core/decide_world.h"

namespace ems::dispatch {
namespace {

class Corrections : public Decide {
  protected:
    Corrections() {
        IncidentRow& row = world_.incidents.at({1});
        row.sex = "m";
        row.age_years = 30;
        row.phone_masked = "139****3462";
        row.caller = "aa11";
    }
    Result<WriteSet> update(Correction correction) {
        UpdateRequest request;
        request.incident = {1};
        request.version = incident().version;
        request.actor = "li";
        request.correction = std::move(correction);
        return decide_update(world_, request);
    }
    static Correction age(std::uint32_t years, std::optional<std::uint32_t> months = {}) {
        Correction out;
        out.age = PatientAge{years, months};
        return out;
    }
    static const SetIncident& change(const WriteSet& writes) { return std::get<SetIncident>(writes.operations.at(1)); }
    static const std::string& audit(const WriteSet& writes) { return std::get<AddAudit>(writes.operations.at(0)).detail; }
};

TEST_F(Corrections, WhatIsNotNamedStays) {
    const auto writes = update({});
    ASSERT_TRUE(writes);
    EXPECT_EQ(change(*writes).row.sex, "m");
    EXPECT_EQ(change(*writes).row.age_years, 30U);
    EXPECT_EQ(change(*writes).row.phone_masked, "139****3462");
    EXPECT_EQ(change(*writes).row.caller, "aa11");
    EXPECT_FALSE(change(*writes).identity.name_sealed);
    EXPECT_FALSE(change(*writes).identity.phone_sealed);
    EXPECT_EQ(audit(*writes).find("corrected"), std::string::npos) << audit(*writes);
}

TEST_F(Corrections, YearsForMonthsAndMonthsForYears) {
    ASSERT_EQ(take(update(age(0, 3))), Code{});
    EXPECT_EQ(incident().age_years, 0U);
    EXPECT_EQ(incident().age_months, 3U);
    ASSERT_EQ(take(update(age(3))), Code{});
    EXPECT_EQ(incident().age_years, 3U);
    EXPECT_EQ(incident().age_months, std::nullopt);
}

TEST_F(Corrections, AllCanBeTakenAway) {
    Correction none = age(0);
    none.sex = "";
    none.name_sealed = "sealed nothing";
    none.caller = CallerNumber{"sealed nothing", "", "", ""};
    const auto writes = update(none);
    ASSERT_TRUE(writes);
    EXPECT_EQ(change(*writes).row.sex, "");
    EXPECT_EQ(change(*writes).row.age_years, 0U);
    EXPECT_EQ(change(*writes).row.phone_masked, "");
    EXPECT_EQ(change(*writes).row.caller, "");
    EXPECT_EQ(change(*writes).identity.name_sealed, "sealed nothing");
    EXPECT_EQ(change(*writes).identity.phone_sealed, "sealed nothing");
    EXPECT_EQ(change(*writes).identity.phone_index, "");
}

TEST_F(Corrections, AnImpossibleAgeOrSexIsRefused) {
    EXPECT_EQ(update(age(151)).error().code, Code::age_range);
    EXPECT_EQ(update(age(3, 35)).error().code, Code::age_contradiction);
    Correction sex;
    sex.sex = "?";
    EXPECT_EQ(update(sex).error().code, Code::sex_unknown);
}

TEST_F(Corrections, TheAuditNamesTheFieldsAndNotWhatTheySay) {
    Correction all = age(88);
    all.sex = "f";
    all.name_sealed = "sealed name";
    all.caller = CallerNumber{"sealed number", "index", "bb22", "138****7777"};
    const auto writes = update(all);
    ASSERT_TRUE(writes);
    EXPECT_TRUE(audit(*writes).ends_with(" corrected=caller_phone,patient_name,sex,age")) << audit(*writes);
    for (const char* said : {"88", "sealed", "index", "bb22", "138"}) {
        EXPECT_EQ(audit(*writes).find(said), std::string::npos) << audit(*writes);
    }
    EXPECT_EQ(change(*writes).row.caller, "bb22");
    EXPECT_EQ(change(*writes).row.phone_masked, "138****7777");
    EXPECT_EQ(change(*writes).identity.phone_index, "index");
}

TEST_F(Corrections, AnAgeThatIsToldAgainIsNoCorrection) {
    Correction same = age(30);
    same.sex = "m";
    const auto writes = update(same);
    ASSERT_TRUE(writes);
    EXPECT_EQ(audit(*writes).find("corrected"), std::string::npos) << audit(*writes);
}

} // namespace
} // namespace ems::dispatch
