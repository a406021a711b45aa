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

std::vector<const google::protobuf::FieldDescriptor*> fields_of(const PatientFindings& said) {
    std::vector<const google::protobuf::FieldDescriptor*> fields;
    said.GetReflection()->ListFields(said, &fields);
    return fields;
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
    if (!good_codes(said.complaints()) || !good_codes(said.notes())) {
        return bad("findings.codes");
    }
    return {};
}

void add_findings(PatientChart& chart, const PatientFindings& said, std::int64_t t_us) {
    PatientFindings newer = said;
    PatientFindings& known = *chart.mutable_findings();
    auto& when = *chart.mutable_found_us();
    for (const auto* field : fields_of(said)) {
        const auto number = static_cast<std::uint32_t>(field->number());
        const auto before = when.find(number);
        if (before != when.end() && before->second > t_us) {
            newer.GetReflection()->ClearField(&newer, field);
            continue;
        }
        known.GetReflection()->ClearField(&known, field); // a list is said anew, not added to
        when[number] = t_us;
    }
    known.MergeFrom(newer);
}

std::int64_t found_us(const PatientChart& chart, int field_number) {
    const auto found = chart.found_us().find(static_cast<std::uint32_t>(field_number));
    return found == chart.found_us().end() ? 0 : found->second;
}

} // namespace ems::wire
