#include "telemetry/signal/ecg_leads.h"

#include <algorithm>
#include <cctype>

#include "telemetry/base/assert.h"

namespace ems::signal {
namespace {

constexpr std::array<std::string_view, 9> kNames{"I",  "II", "V1", "V2",   "V3",
                                                 "V4", "V5", "V6", "other"};
constexpr std::array<std::string_view, kShownLeads> kShownNames{
    "I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"};

constexpr std::size_t index(Lead lead) {
    return static_cast<std::size_t>(lead);
}

bool same_text(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::toupper(static_cast<unsigned char>(x)) ==
               std::toupper(static_cast<unsigned char>(y));
    });
}

} // namespace

std::string_view lead_name(Lead lead) {
    return kNames.at(index(lead));
}

std::string_view lead_name(ShownLead lead) {
    return kShownNames.at(static_cast<std::size_t>(lead));
}

std::optional<Lead> parse_lead(std::string_view name) {
    for (std::size_t i = 0; i < kAcquiredLeads; ++i) {
        if (same_text(kNames.at(i), name)) {
            return static_cast<Lead>(i);
        }
    }
    return std::nullopt;
}

std::uint32_t leads_lost(Electrode electrode) {
    constexpr std::uint32_t kChest = 0b1111'1100;
    switch (electrode) {
    case Electrode::RA:
    case Electrode::RL:
        return kChest | lead_bit(Lead::I) | lead_bit(Lead::II);
    case Electrode::LA:
        return kChest | lead_bit(Lead::I);
    case Electrode::LL:
        return kChest | lead_bit(Lead::II);
    case Electrode::C1:
    case Electrode::C2:
    case Electrode::C3:
    case Electrode::C4:
    case Electrode::C5:
    case Electrode::C6:
        return 1U << (static_cast<unsigned>(electrode) - static_cast<unsigned>(Electrode::C1) +
                      static_cast<unsigned>(Lead::V1));
    }
    EMS_ASSERT(false);
}

std::uint32_t leads_needed(ShownLead lead) {
    switch (lead) {
    case ShownLead::I:
        return lead_bit(Lead::I);
    case ShownLead::II:
        return lead_bit(Lead::II);
    case ShownLead::III:
    case ShownLead::aVR:
    case ShownLead::aVL:
    case ShownLead::aVF:
        return lead_bit(Lead::I) | lead_bit(Lead::II);
    case ShownLead::V1:
    case ShownLead::V2:
    case ShownLead::V3:
    case ShownLead::V4:
    case ShownLead::V5:
    case ShownLead::V6:
        return 1U << (static_cast<unsigned>(lead) - static_cast<unsigned>(ShownLead::V1) +
                      static_cast<unsigned>(Lead::V1));
    }
    EMS_ASSERT(false);
}

double shown_value(ShownLead lead, const std::array<double, kAcquiredLeads>& acquired) {
    const double i = acquired[index(Lead::I)];
    const double ii = acquired[index(Lead::II)];
    switch (lead) {
    case ShownLead::I:
        return i;
    case ShownLead::II:
        return ii;
    case ShownLead::III:
        return ii - i;
    case ShownLead::aVR:
        return -(i + ii) / 2;
    case ShownLead::aVL:
        return i - ii / 2;
    case ShownLead::aVF:
        return ii - i / 2;
    case ShownLead::V1:
    case ShownLead::V2:
    case ShownLead::V3:
    case ShownLead::V4:
    case ShownLead::V5:
    case ShownLead::V6:
        return acquired.at(static_cast<std::size_t>(lead) -
                           static_cast<std::size_t>(ShownLead::V1) + index(Lead::V1));
    }
    EMS_ASSERT(false);
}

} // namespace ems::signal
