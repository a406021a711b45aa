#include "dispatch/service/request_figures.h"

namespace ems::dispatch {
namespace {

std::string name_of(api::ClientFrame::BodyCase kind) {
    const auto* field = api::ClientFrame::descriptor()->FindFieldByNumber(static_cast<int>(kind));
    return field == nullptr ? "unknown" : field->name();
}

} // namespace

void RequestFigures::note(api::ClientFrame::BodyCase kind, std::optional<Code> outcome,
                          std::chrono::steady_clock::duration took) {
    const std::string name = name_of(kind);
    ++by_outcome_[{name, outcome ? std::string{code_name(*outcome)} : "ok"}];
    const auto histogram = seconds_.try_emplace(name, metrics::make_latency_histogram()).first;
    histogram->second.observe(std::chrono::duration<double>(took).count());
}

void RequestFigures::write(metrics::Exposition& out) const {
    auto requests =
        out.counter("ems_dispatchd_requests_total", "Requests of consoles, by their answer.");
    for (const auto& [key, count] : by_outcome_) {
        requests.add(count, {{"request", key.first}, {"outcome", key.second}});
    }
    auto seconds =
        out.histogram("ems_dispatchd_request_seconds", "From a request's turn to its answer.");
    for (const auto& [name, histogram] : seconds_) {
        seconds.add(histogram, {{"request", name}});
    }
}

} // namespace ems::dispatch
