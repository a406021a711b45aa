#include "telemetry/wire/findings.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

namespace ems::wire {
namespace {

constexpr std::uint32_t kAgeMonthsMax = 1'500;
constexpr std::uint32_t kOxygenDlMax = 700;
constexpr std::int32_t kTempLeast = 2'000;
constexpr std::int32_t kTempMost = 4'500;
constexpr std::uint32_t kPainMax = 10;
constexpr std::uint32_t kGlucoseMost = 600;
constexpr std::uint32_t kOnsetMinutesMax = 10'080; // a week
constexpr std::uint32_t kWeightKgMax = 350;
constexpr int kWithdrawalsMax = 32;
constexpr std::uint32_t kFieldNumberMax = 1'023; // what a later version may add
constexpr std::int64_t kMinuteUs = 60'000'000;

bool good_code(std::string_view code) {
    return !code.empty() && code.size() <= kFindingCodeBytesMax &&
           std::all_of(code.begin(), code.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

bool good_codes(const PatientFindings::Codes& codes) {
    return static_cast<std::size_t>(codes.code_size()) <= kFindingCodesMax &&
           std::all_of(codes.code().begin(), codes.code().end(),
                       [](const std::string& code) { return good_code(code); });
}

using Field = google::protobuf::FieldDescriptor;
using Times = google::protobuf::Map<std::uint32_t, std::int64_t>;

std::vector<const Field*> fields_of(const PatientFindings& said) {
    std::vector<const Field*> fields;
    said.GetReflection()->ListFields(said, &fields);
    return fields;
}

// The entry that a number means; nullptr: none that is known here.
const Field* entry_field(std::uint32_t number) {
    return number > kFieldNumberMax || number == PatientFindings::kWithdrawnFieldNumber
               ? nullptr
               : PatientFindings::descriptor()->FindFieldByNumber(static_cast<int>(number));
}

bool good_withdrawals(const PatientFindings& said) {
    return said.withdrawn_size() <= kWithdrawalsMax &&
           std::all_of(said.withdrawn().begin(), said.withdrawn().end(), [&](std::uint32_t number) {
               const Field* field = entry_field(number);
               return number != 0 && number <= kFieldNumberMax &&
                      number != PatientFindings::kWithdrawnFieldNumber &&
                      (field == nullptr || !said.GetReflection()->HasField(said, field));
           });
}

std::int64_t time_of(const Times& times, int field_number) {
    const auto found = times.find(static_cast<std::uint32_t>(field_number));
    return found == times.end() ? 0 : found->second;
}

// One field of a report over what is known; not where a later finger said it.
void lay(PatientFindings& known, Times& when, const PatientFindings& said, const Field* field,
         std::int64_t t_us) {
    const auto number = static_cast<std::uint32_t>(field->number());
    const auto before = when.find(number);
    if (before != when.end() && before->second > t_us) {
        return;
    }
    PatientFindings one = said;
    for (const Field* other : fields_of(said)) {
        if (other != field) {
            one.GetReflection()->ClearField(&one, other);
        }
    }
    one.DiscardUnknownFields();                       // of a later version, and without a bound
    known.GetReflection()->ClearField(&known, field); // a list is said anew, not added to
    known.MergeFrom(one);
    when[number] = t_us;
}

void withdraw(PatientChart& chart, const Field* field, std::int64_t t_us) {
    const auto number = static_cast<std::uint32_t>(field->number());
    std::int64_t& until_us = (*chart.mutable_withdrawn_us())[number];
    until_us = std::max(until_us, t_us);
    const auto found = chart.found_us().find(number);
    if (found == chart.found_us().end() || found->second > until_us) {
        return;
    }
    lay(*chart.mutable_withdrawn(), *chart.mutable_withdrawn_found_us(), chart.findings(), field,
        found->second);
    PatientFindings& known = *chart.mutable_findings();
    known.GetReflection()->ClearField(&known, field);
    chart.mutable_found_us()->erase(number);
}

} // namespace

Result<void> check_findings(const PatientFindings& said) {
    const auto bad = [](const char* what) { return fail(Code::invalid_argument, what); };
    if (fields_of(said).empty()) {
        return bad("findings: nothing said");
    }
    if (said.has_age_months() && (said.age_months() < 1 || said.age_months() > kAgeMonthsMax)) {
        return bad("findings.age_months");
    }
    if (!said.sex().empty() && said.sex() != "m" && said.sex() != "f") {
        return bad("findings.sex");
    }
    if (!PatientFindings::Consciousness_IsValid(said.consciousness())) {
        return bad("findings.consciousness");
    }
    if (said.gcs_eyes() > 4 || said.gcs_verbal() > 5 || said.gcs_motor() > 6) {
        return bad("findings.gcs");
    }
    if (said.oxygen_dl_min() > kOxygenDlMax) {
        return bad("findings.oxygen_dl_min");
    }
    if (said.has_temp_cdeg() && (said.temp_cdeg() < kTempLeast || said.temp_cdeg() > kTempMost)) {
        return bad("findings.temp_cdeg");
    }
    if (said.pain() > kPainMax) {
        return bad("findings.pain");
    }
    if (said.has_glucose_dmmol() &&
        (said.glucose_dmmol() < 1 || said.glucose_dmmol() > kGlucoseMost)) {
        return bad("findings.glucose_dmmol");
    }
    if (said.onset_min_before() > kOnsetMinutesMax) {
        return bad("findings.onset_min_before");
    }
    if (said.has_weight_kg() && (said.weight_kg() < 1 || said.weight_kg() > kWeightKgMax)) {
        return bad("findings.weight_kg");
    }
    if (!good_withdrawals(said)) {
        return bad("findings.withdrawn");
    }
    if (!good_codes(said.complaints()) || !good_codes(said.notes())) {
        return bad("findings.codes");
    }
    return {};
}

void add_findings(PatientChart& chart, const PatientFindings& said, std::int64_t t_us) {
    for (const Field* field : fields_of(said)) {
        if (field->number() == PatientFindings::kWithdrawnFieldNumber) {
            continue;
        }
        const auto until = chart.withdrawn_us().find(static_cast<std::uint32_t>(field->number()));
        if (until != chart.withdrawn_us().end() && t_us <= until->second) {
            lay(*chart.mutable_withdrawn(), *chart.mutable_withdrawn_found_us(), said, field, t_us);
        } else {
            lay(*chart.mutable_findings(), *chart.mutable_found_us(), said, field, t_us);
        }
    }
    for (const std::uint32_t number : said.withdrawn()) {
        if (const Field* field = entry_field(number)) {
            withdraw(chart, field, t_us);
        }
    }
}

std::int64_t found_us(const PatientChart& chart, int field_number) {
    return time_of(chart.found_us(), field_number);
}

Withdrawal withdrawal(const PatientChart& chart, int field_number) {
    const std::int64_t entered_us = time_of(chart.withdrawn_found_us(), field_number);
    if (entered_us == 0 || found_us(chart, field_number) != 0) {
        return {};
    }
    return {entered_us, time_of(chart.withdrawn_us(), field_number)};
}

std::int64_t last_seen_well_us(const PatientFindings& found, std::int64_t entered_us) {
    return found.has_onset_min_before() && entered_us != 0
               ? entered_us - std::int64_t{found.onset_min_before()} * kMinuteUs
               : 0;
}

} // namespace ems::wire
