// What the vehicles themselves say while no server answers.
#include "console/model/desk_state.h"

namespace ems::console {

void DeskState::apply_broker(const BrokerNews& news, std::int64_t local_us) {
    if (is_live()) {
        return; // the server's word counts
    }
    lost_since_us_ = lost_since_us_ == 0 ? local_us : lost_since_us_;
    direct_ = news.link_up ? Direct::heard : Direct::silent;
    if (!has_snapshot_ && units_.empty()) {
        for (const api::Unit& unit : remembered_) {
            add_stranger(unit);
        }
    }
    for (const HeardVehicle& heard : news.vehicles) {
        api::Unit* unit = direct_unit(heard.vid);
        if (unit == nullptr) {
            continue;
        }
        unit->set_link(heard.gone ? "lost" : "up");
        if (heard.state && *heard.state != ems::wire::UNIT_UNSPECIFIED && *heard.state != unit->state()) {
            unit->set_state(*heard.state);
            unit->set_state_since_us(0);
        }
        if (heard.position) {
            api::UnitPosition position = *heard.position;
            position.set_unit_id(unit->id());
            position.set_received_us(server_us(position.received_us()));
            apply_position(position);
            direct_units_.insert(unit->id());
        }
    }
}

api::Unit* DeskState::direct_unit(const std::string& vid) {
    if (ids_by_vid_.empty()) {
        for (const auto& [id, unit] : units_) {
            if (!unit.vid().empty()) {
                ids_by_vid_.emplace(unit.vid(), id);
            }
        }
    }
    if (const auto it = ids_by_vid_.find(vid); it != ids_by_vid_.end()) {
        return &units_.at(it->second);
    }
    if (has_snapshot_) {
        return nullptr;
    }
    api::Unit stranger;
    stranger.set_name(vid);
    stranger.set_vid(vid);
    return add_stranger(std::move(stranger));
}

api::Unit* DeskState::add_stranger(api::Unit stranger) {
    if (units_.size() >= kUnitsMax) {
        return nullptr;
    }
    const std::int64_t id = -static_cast<std::int64_t>(units_.size()) - 1;
    stranger.set_id(id);
    if (!stranger.vid().empty()) {
        ids_by_vid_.emplace(stranger.vid(), id);
    }
    places_mark_.renew();
    renew_queue();
    return &units_.emplace(id, std::move(stranger)).first->second;
}

void DeskState::end_direct() {
    direct_ = Direct::off;
    ids_by_vid_.clear();
    direct_units_.clear();
    places_mark_.renew();
    std::erase_if(positions_, [](const auto& p) { return p.first < 0; });
}

} // namespace ems::console
