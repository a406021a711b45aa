// Rows of the core as messages of the console protocol. Values only.
#pragma once

#include "dispatch/contract/api.pb.h"
#include "dispatch/core/recommend.h"
#include "dispatch/core/world.h"
#include "dispatch/store/store.h"

namespace ems::dispatch {

api::Place to_message(PlaceE7 place);
api::Stamp to_message(const StampRow& row);
api::Note to_message(const NoteRow& row);
api::NeighbourWord to_message(const NeighbourWord& word);
api::Incident to_message(const IncidentRow& row);
api::Need to_message(const Need& need);
// invalid_argument: an unknown class, capability or isolation.
Result<Need> from_message(const api::Need& need);
api::Assignment to_message(const AssignmentRow& row, const std::string& alarm);
api::Posting to_message(const PostingRow& row);
api::Proposal to_message(const ProposalRow& row);
api::Partner to_message(const Partner& partner);
// `link`: up, lost, offline, never.
api::Unit to_message(const UnitRow& row, const UnitInfo& info, const std::string& link);
api::Candidate to_message(const Candidate& candidate);
api::ErrorReply to_message(const Error& error);

} // namespace ems::dispatch
