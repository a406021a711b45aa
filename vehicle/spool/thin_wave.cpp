#include "vehicle/spool/thin_wave.h"

#include <bit>

#include "telemetry/wire/ems.pb.h"

namespace ems::vehicle {
namespace {

constexpr std::uint32_t kLeadI = 1;
constexpr std::uint32_t kLeadII = 2;

} // namespace

std::optional<std::string> lead_two_only(std::string_view body) {
    wire::WaveBatch batch;
    if (!batch.ParseFromArray(body.data(), static_cast<int>(body.size())) ||
        (batch.lead_mask() & kLeadII) == 0 ||
        (batch.lead_mask() == kLeadII && batch.pleth_deltas().empty())) {
        return std::nullopt;
    }
    // Lead after lead in mask order, each with its own first value.
    const std::uint64_t leads = static_cast<std::uint64_t>(std::popcount(batch.lead_mask()));
    if (static_cast<std::uint64_t>(batch.deltas_size()) != leads * batch.count()) {
        return std::nullopt;
    }
    const auto count = static_cast<int>(batch.count());
    const int before = (batch.lead_mask() & kLeadI) != 0 ? count : 0;
    wire::WaveBatch thin = batch;
    thin.clear_deltas();
    thin.mutable_deltas()->Add(batch.deltas().begin() + before,
                               batch.deltas().begin() + before + count);
    thin.set_lead_mask(kLeadII);
    thin.set_lead_off_mask(batch.lead_off_mask() & kLeadII);
    thin.clear_pleth_rate_mhz();
    thin.clear_pleth_first_sample();
    thin.clear_pleth_deltas();
    return thin.SerializeAsString();
}

} // namespace ems::vehicle
