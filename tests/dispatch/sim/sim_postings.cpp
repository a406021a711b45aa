// Postings: the desks' orders, the centre's fence, and what planted bugs make of the answers of crews.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "telemetry/wire/ems.pb.h"
#include "tests/dispatch/sim/sim_server.h"

namespace ems::dispatch::sim {

CommandRow SimServer::posting_words(UnitId unit, const std::string& body) {
    CommandRow out = command(unit, {}, "text");
    out.body = body;
    return out;
}

void SimServer::post(const std::shared_ptr<Asked>& asked) {
    const std::function<std::int64_t()> work = [this] { return database_.store.take_posting_id(); };
    call<std::int64_t>(work, [this, asked](const std::shared_ptr<std::int64_t>& id) {
        if (!id) {
            performed(asked, fail(Code::db_outcome_unknown));
            return;
        }
        PostingRequest request;
        request.row.id = {*id};
        request.row.unit = asked->request.unit;
        request.row.place = {351'000'000, 1'109'000'000};
        request.row.name = asked->request.key;
        request.actor = asked->request.user;
        const CommandRow words = posting_words(asked->request.unit, "posted");
        request.row.command = words.vid.empty() ? "" : words.id;
        asked->response = fmt::format("posting {}", *id);
        decided(asked, [this, request, words](const World& world) -> Result<WriteSet> {
            Result<WriteSet> writes = decide_posting(world, request);
            if (writes && !world_.has(Bug::posting_not_told)) {
                add_command(words, *writes);
            }
            return writes;
        });
    });
}

void SimServer::end_posting(const std::shared_ptr<Asked>& asked) {
    const Request& in = asked->request;
    const PostingEndRequest request{in.posting, in.posting_state, "", in.user};
    decided(asked, [this, request](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_posting_end(world, request);
        if (writes && request.state == PostingState::cancelled) {
            const PostingRow& posting = world.postings.at(request.posting);
            add_command(posting_words(posting.unit, "ended " + posting.command), *writes);
        }
        return writes;
    });
}

// A unit stands where it was posted, by its place; now and then that is wrong.
void SimServer::look_at_posts() {
    if (!seat_.leads()) {
        return;
    }
    std::vector<ProposalRow> seen;
    for (const auto& [id, posting] : seat_.world().postings) {
        if (!posting.command.empty() && world_.chance(world_.dials.proposes / 4)) {
            ProposalRow row;
            row.unit = posting.unit;
            row.posting = id;
            row.at_us = clock_us() - world_.random.between(0, 20 * kSecondUs);
            seen.push_back(row);
        }
    }
    const auto stored = [](const Result<void>&, Refusal) {};
    for (const ProposalRow& row : seen) {
        commit(
            [this, row](const World& world) -> Result<WriteSet> {
                if (world_.has(Bug::arrival_is_said) && world.postings.contains(row.posting)) {
                    return decide_posting_end(world, {row.posting, PostingState::arrived, "", "system"});
                }
                return decide_proposal(world, {row, {}, "system"});
            },
            stored);
    }
}

void SimServer::spoil_answer(WriteSet& writes) {
    const auto* consumed =
        writes.operations.empty() ? nullptr : std::get_if<ConsumeEvent>(&writes.operations.front());
    wire::Event event;
    if (consumed == nullptr ||
        !event.ParseFromString(database_.store.events().at(consumed->inbox_id).event.body)) {
        return;
    }
    const wire::CommandAck& ack = event.command_ack();
    if (world_.has(Bug::crew_refusal_lost)) {
        std::erase_if(writes.operations, [](const Operation& o) {
            const auto* set = std::get_if<SetPosting>(&o);
            return set != nullptr && set->row.state == PostingState::refused;
        });
    }
    const bool wrongly_there =
        (world_.has(Bug::going_is_there) && ack.result() == wire::CommandAck::ACCEPTED) ||
        (world_.has(Bug::ended_posting_answered) && ack.result() == wire::CommandAck::ARRIVED);
    for (const auto& [id, row] : database_.store.postings()) {
        const bool waits = row.state == PostingState::delivered;
        if (wrongly_there && row.command == ack.command_id() &&
            (world_.has(Bug::going_is_there) ? waits : ended(row.state))) {
            SetPosting there{row};
            there.row.state = PostingState::arrived;
            writes.operations.emplace_back(there);
        }
    }
}

} // namespace ems::dispatch::sim
