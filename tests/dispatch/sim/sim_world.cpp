#include "tests/dispatch/sim/sim_world.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ems::dispatch::sim {

SimWorld::SimWorld(const Scenario& own_scenario, Bug planted)
    : scenario(own_scenario), dials(draw_dials(own_scenario.seed)), bug(planted),
      random(own_scenario.seed) {}

void SimWorld::in(std::int64_t delay_us, Kind kind, std::uint32_t who, std::function<void()> what) {
    heap_.push_back({now_us + delay_us, ++number_, kind, who, std::move(what)});
    std::push_heap(heap_.begin(), heap_.end(), Later{});
}

bool SimWorld::step() {
    if (heap_.empty() || !outcome.violation.empty()) {
        return false;
    }
    std::pop_heap(heap_.begin(), heap_.end(), Later{});
    Happening next = std::move(heap_.back());
    heap_.pop_back();
    now_us = next.at_us;
    ++outcome.steps;
    outcome.events += next.kind == Kind::tick ? 0U : 1U;
    note(static_cast<std::uint64_t>(next.kind) << 8U | next.who);
    next.what();
    return true;
}

bool SimWorld::fault(Fault fault, std::uint32_t per_mille) {
    if (!chance(per_mille) || healed) {
        return false;
    }
    const std::uint32_t number = hits_++;
    if (scenario.faults && !scenario.faults->contains(number)) {
        return false;
    }
    outcome.faults.push_back({number, fault, now_us - kBeginUs});
    note(0xFA00U + static_cast<std::uint64_t>(fault));
    return true;
}

void SimWorld::message(Kind kind, std::uint32_t who, const std::function<void()>& arrives) {
    const int copies = fault(Fault::duplicate, dials.duplicate) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
        if (!fault(Fault::drop, dials.drop)) {
            const std::int64_t late_us =
                fault(Fault::late, dials.late) ? random.between(1, dials.late_us) : 0;
            in(network_us() + late_us, kind, who, arrives);
        }
    }
}

void SimWorld::violate(const std::string& sentence) {
    if (outcome.violation.empty()) {
        outcome.violation = sentence;
        outcome.violated_us = now_us - kBeginUs;
    }
}

// FNV-1a over whole words, with the time.
void SimWorld::note(std::uint64_t what) {
    for (const std::uint64_t word : {what, static_cast<std::uint64_t>(now_us)}) {
        outcome.trace = (outcome.trace ^ word) * 0x100000001B3ULL;
    }
}

} // namespace ems::dispatch::sim
