#include "console/model/centre_state.h"

namespace ems::console {
namespace {

template <class Map, class Message> void put_bounded(Map& map, const Message& message) {
    const auto known = map.find(message.id());
    if (known != map.end()) {
        known->second = message;
    } else if (map.size() < CentreState::kRowsMax) {
        map.emplace(message.id(), message);
    }
}

bool has_ended(const std::string& posting_state) {
    return posting_state == "done" || posting_state == "refused" || posting_state == "cancelled";
}

} // namespace

void CentreState::apply(const api::Snapshot& snapshot) {
    *this = CentreState{};
    for (const auto& road : snapshot.roads()) {
        put_road(road);
    }
    roads_state_ = snapshot.roads_state();
    if (snapshot.has_coverage()) {
        coverage_ = snapshot.coverage();
    }
    if (snapshot.has_move_up()) {
        put_move_up(snapshot.move_up());
    }
    for (const auto& posting : snapshot.postings()) {
        put_posting(posting);
    }
    for (const auto& proposal : snapshot.proposals()) {
        put_proposal(proposal);
    }
    for (const auto& partner : snapshot.partners()) {
        if (partners_.size() < kRowsMax) {
            partners_.push_back(partner);
        }
    }
    for (const auto& zone : snapshot.zones()) {
        if (zones_.size() < kRowsMax) {
            zones_.push_back(zone);
        }
    }
    put_editors(snapshot.editors());
}

void CentreState::apply(const api::Delta& delta) {
    for (const auto& road : delta.roads()) {
        put_road(road);
    }
    if (delta.has_roads_state()) {
        roads_state_ = delta.roads_state();
    }
    if (delta.has_coverage()) {
        coverage_ = delta.coverage();
    }
    if (delta.has_move_up()) {
        put_move_up(delta.move_up());
    }
    for (const auto& posting : delta.postings()) {
        put_posting(posting);
    }
    for (const auto& proposal : delta.proposals()) {
        put_proposal(proposal);
    }
    if (delta.has_editors()) {
        put_editors(delta.editors());
    }
}

void CentreState::put_editors(const api::Editors& editors) {
    editors_.clear();
    for (const auto& editor : editors.editors()) {
        if (editors_.size() < kRowsMax) {
            editors_.push_back(editor);
        }
    }
}

void CentreState::put_road(const api::RoadCondition& road) {
    if (road.ended_us() != 0) {
        roads_.erase(road.id());
    } else {
        put_bounded(roads_, road);
    }
}

void CentreState::put_posting(const api::Posting& posting) {
    if (has_ended(posting.state())) {
        postings_.erase(posting.id());
    } else {
        put_bounded(postings_, posting);
    }
}

void CentreState::put_proposal(const api::Proposal& proposal) {
    if (proposal.outcome() == "open") {
        put_bounded(proposals_, proposal);
    } else {
        proposals_.erase(proposal.id());
    }
}

void CentreState::put_move_up(const api::MoveUpAdvice& advice) {
    if (advice.state() == "open") {
        move_up_ = advice;
    } else if (move_up_ && move_up_->id() <= advice.id()) {
        move_up_.reset();
    }
}

bool CentreState::holds(const api::RoadCondition& road, std::int64_t now_us) {
    return road.ended_us() == 0 && (road.until_us() == 0 || road.until_us() > now_us);
}

const api::RoadCondition* CentreState::road(std::int64_t id) const {
    const auto found = roads_.find(id);
    return found == roads_.end() ? nullptr : &found->second;
}

const api::UnitCover* CentreState::cover_of(std::int64_t unit_id) const {
    if (!coverage_) {
        return nullptr;
    }
    for (const auto& cover : coverage_->units()) {
        if (cover.unit_id() == unit_id) {
            return &cover;
        }
    }
    return nullptr;
}

const api::Posting* CentreState::posting_of(std::int64_t unit_id) const {
    for (const auto& [id, posting] : postings_) {
        if (posting.unit_id() == unit_id) {
            return &posting;
        }
    }
    return nullptr;
}

const api::Proposal* CentreState::proposal_of(std::int64_t unit_id) const {
    for (const auto& [id, proposal] : proposals_) {
        if (proposal.unit_id() == unit_id) {
            return &proposal;
        }
    }
    return nullptr;
}

} // namespace ems::console
