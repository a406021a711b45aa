// The requests of desks, and what planted bugs make of decisions.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tests/dispatch/sim/sim_server.h"

namespace ems::dispatch::sim {

std::string Request::hash() const {
    return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", static_cast<int>(act),
                       incident.value, into.value, assignment.value, unit.value, static_cast<int>(state),
                       version, level, units_wanted, static_cast<int>(kind),
                       static_cast<int>(intent), posting.value, static_cast<int>(posting_state),
                       proposal.value, static_cast<int>(answer), static_cast<int>(event), at_us);
}

void SimServer::ask(Request request, std::function<bool()> connected,
                    std::function<void(const Reply&)> reply) {
    if (!up_) {
        return;
    }
    here([this, request = std::move(request), connected = std::move(connected),
          reply = std::move(reply)] {
        if (!connected()) {
            return;
        }
        const auto asked = std::make_shared<Asked>(Asked{request, reply, {}, 0});
        if (!seat_.leads()) {
            asked->reply({Code::not_leader, {}});
            return;
        }
        auto& turn = turns_[{asked->request.user, asked->request.key}];
        turn.push_back(asked);
        if (turn.size() == 1) {
            begin(asked);
        }
    });
}

void SimServer::reply(const std::shared_ptr<Asked>& asked, Reply reply) {
    if (!reply.error) {
        oracle_.told_done(asked->request.user, asked->request.key, reply.response);
    }
    world_.tell("server {} answers {} {}: {}", number_, asked->request.user, asked->request.key,
                reply.error ? code_name(*reply.error) : std::string_view{reply.response});
    asked->reply(reply);
    const std::pair key{asked->request.user, asked->request.key};
    auto& turn = turns_[key];
    std::erase(turn, asked);
    if (turn.empty()) {
        turns_.erase(key);
    } else {
        begin(turn.front());
    }
}

void SimServer::look_up(const std::shared_ptr<Asked>& asked,
                        std::function<void(std::optional<KeyFound>, std::string)> done) {
    using Answer = std::optional<StoreModel::Key>;
    const Request& request = asked->request;
    const auto judge = [hash = request.hash()](const Answer& key) {
        return !key                        ? KeyFound::nothing
               : key->request_hash == hash ? KeyFound::same_request
                                           : KeyFound::other_request;
    };
    if (world_.has(Bug::keys_in_memory)) {
        const auto known = remembered_keys_.find({request.user, request.key});
        const Answer key =
            known == remembered_keys_.end()
                ? Answer{}
                : Answer{StoreModel::Key{known->second.request_hash, known->second.response}};
        done(judge(key), key ? key->response : "");
        return;
    }
    const std::function<Answer()> work = [this, user = request.user,
                                          key = request.key]() -> Answer {
        const StoreModel::Key* stored = database_.store.answer(user, key);
        return stored == nullptr ? Answer{} : Answer{*stored};
    };
    call<Answer>(work, [judge, done = std::move(done)](const std::shared_ptr<Answer>& answer) {
        if (!answer) {
            done({}, "");
        } else {
            done(judge(*answer), *answer ? (*answer)->response : "");
        }
    });
}

void SimServer::begin(const std::shared_ptr<Asked>& asked) {
    if (!seat_.leads()) {
        reply(asked, {Code::not_leader, {}});
        return;
    }
    asked->term = seat_.term();
    world_.tell("server {} begins {} {} ({}) in term {}", number_, asked->request.user,
                asked->request.key, asked->request.hash(), asked->term);
    look_up(asked, [this, asked](std::optional<KeyFound> found, const std::string& response) {
        if (!found) {
            reply(asked, {Code::timeout, {}});
            return;
        }
        switch (first_step(*found)) {
        case KeyedStep::answer_stored:
            reply(asked, {{}, response});
            return;
        case KeyedStep::refuse_other:
            reply(asked, {Code::key_reused, {}});
            return;
        case KeyedStep::perform:
        case KeyedStep::answer_own:
        case KeyedStep::look_again:
            perform(asked);
            return;
        }
    });
}

void SimServer::performed(const std::shared_ptr<Asked>& asked, const Result<void>& done) {
    const std::optional<Code> error =
        done ? std::optional<Code>{} : std::optional{done.error().code};
    const Reply own{error, error ? "" : asked->response};
    if (step_after(error) == KeyedStep::answer_own) {
        reply(asked, own);
        return;
    }
    look_up(asked, [this, asked, own](std::optional<KeyFound> found, const std::string& response) {
        reply(asked, last_step(found) == KeyedStep::answer_stored ? Reply{{}, response} : own);
    });
}

void SimServer::decided(const std::shared_ptr<Asked>& asked, Decider decide) {
    const Request& request = asked->request;
    const StoreKey key{request.user, request.key, request.hash(), asked->response};
    commit(
        [decide = std::move(decide), key](const World& world) -> Result<WriteSet> {
            Result<WriteSet> writes = decide(world);
            if (writes) {
                writes->operations.insert(writes->operations.begin(), key);
            }
            return writes;
        },
        [this, asked, key](const Result<void>& done, Refusal) {
            if (done && world_.has(Bug::keys_in_memory)) {
                remembered_keys_[{key.user, key.key}] = key;
            }
            performed(asked, done);
        },
        asked->term);
}

void SimServer::perform(const std::shared_ptr<Asked>& asked) {
    const Request& in = asked->request;
    asked->response = "done";
    switch (in.act) {
    case Act::new_call:
        new_call(asked);
        return;
    case Act::assign:
    case Act::swap:
    case Act::divert:
        assign(asked);
        return;
    case Act::refuse:
    case Act::post:
    case Act::end_posting:
    case Act::answer_proposal:
    case Act::correct:
        perform_desk(asked);
        return;
    case Act::cancel:
        cancel(asked);
        return;
    case Act::merge:
        merge(asked);
        return;
    case Act::enter_state: {
        StateRequest request;
        request.unit = in.unit;
        request.state = in.state;
        request.source = StampSource::dispatcher;
        request.when.received_us = clock_us();
        request.actor = in.user;
        decided(asked, [this, request](const World& world) {
            return tell_ended(world, decide_state(world, request));
        });
        return;
    }
    case Act::update: {
        UpdateRequest request;
        request.incident = in.incident;
        request.version = in.version;
        request.level = in.level;
        request.units_wanted = in.units_wanted;
        request.correction.age = PatientAge{20 * in.level, {}};
        request.now_us = clock_us();
        request.actor = in.user;
        decided(asked, [request](const World& world) { return decide_update(world, request); });
        return;
    }
    case Act::close: {
        const CloseRequest request{in.incident, "closed by the desk", clock_us(), in.user, in.version};
        decided(asked, [this, request](const World& world) -> Result<WriteSet> {
            Result<WriteSet> writes = decide_close(world, request);
            const IncidentRow* incident = world.incident(request.incident);
            if (!writes && world_.has(Bug::closed_under_a_unit) && incident != nullptr &&
                incident->state == IncidentState::assigned) {
                IncidentRow row = *incident;
                row.state = IncidentState::closed;
                return WriteSet{request.actor, {SetIncident{row, request.outcome}}};
            }
            return writes;
        });
        return;
    }
    }
}

void SimServer::new_call(const std::shared_ptr<Asked>& asked) {
    const std::function<StoreModel::Ids()> work = [this] {
        return database_.store.take_call_ids("140802", "2027-01-15");
    };
    call<StoreModel::Ids>(work, [this, asked](const std::shared_ptr<StoreModel::Ids>& ids) {
        if (!ids) {
            performed(asked, fail(Code::db_outcome_unknown));
            return;
        }
        CallRequest request;
        request.actor = asked->request.user;
        request.now_us = clock_us();
        request.open.call = ids->call;
        request.open.region = "140802";
        request.open.day = "2027-01-15";
        request.open.answered_us = request.now_us - 4 * kSecondUs;
        request.open.ring_us = request.now_us - 9 * kSecondUs;
        request.open.incident.id = ids->incident;
        request.open.incident.number = ids->number;
        request.open.incident.level = asked->request.level;
        if (asked->request.kind == IncidentKind::transfer) {
            request.open.incident.kind = IncidentKind::transfer;
            request.open.incident.planned_us = request.now_us + 600 * kSecondUs;
            request.open.incident.destination = {1};
        }
        request.open.incident.complaint = asked->request.key;
        request.open.incident.place = {351'000'000, 1'109'000'000};
        asked->response = fmt::format("incident {}", ids->incident.value);
        decided(asked, [request](const World& world) mutable {
            request.open.incident.created_us = request.now_us;
            request.open.incident.same_as = same_event(world, request.open.incident);
            return decide_call(request);
        });
    });
}

void SimServer::merge(const std::shared_ptr<Asked>& asked) {
    const Request& in = asked->request;
    const MergeAnswer answer = in.level == 4 ? MergeAnswer::different : MergeAnswer::same;
    const MergeRequest request{in.incident, in.version, answer, in.into, clock_us(), in.user};
    decided(asked, [this, request](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_merge(world, request);
        if (!writes || !world_.has(Bug::merge_forgets)) {
            return writes;
        }
        for (Operation& operation : writes->operations) {
            if (auto* set = std::get_if<SetIncident>(&operation); set != nullptr && set->row.id != request.incident) {
                set->row.level = world.incidents.at(set->row.id).level;
            }
        }
        return writes;
    });
}

CommandRow SimServer::command(UnitId unit, AssignmentId assignment, const std::string& kind) {
    CommandRow row;
    row.id = fmt::format("{:016x}", world_.random.next());
    row.unit = unit;
    row.vid = links_.vid_of(unit);
    row.assignment = assignment;
    row.kind = kind;
    row.state = "queued";
    row.issued_us = clock_us();
    row.expires_us =
        row.issued_us + (kind == "cancel" ? kCancelLifeUs : world_.dials.order_life_us);
    return row;
}

void SimServer::add_command(const CommandRow& order, WriteSet& writes) const {
    if (!order.vid.empty()) {
        writes.operations.emplace_back(QueueCommand{order});
    }
}

void SimServer::add_cancel(const World& world, AssignmentId assignment, WriteSet& writes) {
    add_command(command(world.assignment(assignment)->unit, assignment, "cancel"), writes);
}

// A crew whose task a desk has ended by what it entered hears of it.
Result<WriteSet> SimServer::tell_ended(const World& world, Result<WriteSet> writes) {
    if (writes && !world_.has(Bug::entered_end_not_told)) {
        for (const AssignmentId task : ended_tasks(*writes)) {
            add_cancel(world, task, *writes);
        }
    }
    return writes;
}

Result<WriteSet> SimServer::decide_sending(const World& world, const Request& asked,
                                           const AssignRequest& request, const CommandRow& order) {
    Result<WriteSet> writes = fail(Code::internal);
    AssignmentId called_back;
    if (asked.act == Act::swap) {
        called_back = asked.assignment;
        writes = decide_swap(world, {called_back, request, "nearer"});
    } else if (asked.act == Act::divert) {
        writes = decide_divert(world, {request, "more urgent"});
        called_back = writes ? world.units.at(request.unit).assignment : AssignmentId{};
    } else {
        writes = decide_assign(world, request);
    }
    if (!writes) {
        return writes;
    }
    const bool forgets = (asked.act == Act::swap && world_.has(Bug::swapped_crew_not_told));
    if (called_back.is_set() && !forgets) {
        add_cancel(world, called_back, *writes);
    }
    add_command(order, *writes);
    return writes;
}

void SimServer::assign(const std::shared_ptr<Asked>& asked) {
    const std::function<std::int64_t()> work = [this] {
        return database_.store.take_assignment_id();
    };
    call<std::int64_t>(work, [this, asked](const std::shared_ptr<std::int64_t>& id) {
        if (!id) {
            performed(asked, fail(Code::db_outcome_unknown));
            return;
        }
        AssignRequest request;
        request.incident = asked->request.incident;
        request.unit = asked->request.unit;
        request.assignment = {*id};
        request.override_reason = asked->request.key;
        request.now_us = clock_us();
        request.actor = asked->request.user;
        request.intent = asked->request.intent;
        asked->response = fmt::format("assignment {}", *id);
        const CommandRow order = command(request.unit, request.assignment, "dispatch");
        decided(asked, [this, asked, request, order](const World& world) {
            return decide_sending(world, asked->request, request, order);
        });
    });
}

void SimServer::perform_desk(const std::shared_ptr<Asked>& asked) {
    const Request& in = asked->request;
    switch (in.act) {
    case Act::refuse:
        refuse(asked);
        return;
    case Act::post:
        post(asked);
        return;
    case Act::end_posting:
        end_posting(asked);
        return;
    case Act::answer_proposal: {
        const ProposalAnswer request{in.proposal, in.answer, clock_us(), in.user};
        decided(asked, [this, request](const World& world) {
            return tell_ended(world, decide_proposal_answer(world, request));
        });
        return;
    }
    case Act::correct: {
        const CorrectionRequest request{in.incident, in.assignment, in.event, in.at_us,
                                        "typed wrong", clock_us(),  in.user};
        decided(asked,
                [request](const World& world) { return decide_correction(world, request); });
        return;
    }
    case Act::new_call:
    case Act::assign:
    case Act::cancel:
    case Act::merge:
    case Act::enter_state:
    case Act::update:
    case Act::close:
    case Act::swap:
    case Act::divert:
        return;
    }
}

void SimServer::refuse(const std::shared_ptr<Asked>& asked) {
    const RefusalRequest request{asked->request.assignment, "no crew", clock_us(),
                                 asked->request.user};
    decided(asked, [this, request](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_refusal(world, request);
        if (writes && !world_.has(Bug::voice_refusal_not_told)) {
            add_cancel(world, request.assignment, *writes);
        }
        return writes;
    });
}

void SimServer::cancel(const std::shared_ptr<Asked>& asked) {
    const CancelRequest request{asked->request.assignment, "not needed", clock_us(),
                                asked->request.user};
    decided(asked, [this, request](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_cancel(world, request);
        if (!writes) {
            return writes;
        }
        add_cancel(world, request.assignment, *writes);
        return writes;
    });
}

void SimServer::spoil(WriteSet& writes, const World& world) {
    std::vector<Operation>& all = writes.operations;
    const bool assigns = std::any_of(all.begin(), all.end(), [](const Operation& o) {
        return std::holds_alternative<NewAssignment>(o);
    });
    const auto drop = [&all](const auto& unwanted) { std::erase_if(all, unwanted); };
    spoil_answer(writes);
    switch (world_.bug) {
    case Bug::missing_key:
    case Bug::keys_in_memory:
        drop([](const Operation& o) { return std::holds_alternative<StoreKey>(o); });
        break;
    case Bug::event_not_marked:
        drop([](const Operation& o) { return std::holds_alternative<ConsumeEvent>(o); });
        break;
    case Bug::unit_not_taken:
        drop([&](const Operation& o) { return assigns && std::holds_alternative<SetUnit>(o); });
        break;
    case Bug::assignment_not_ended:
        drop([](const Operation& o) {
            const auto* set = std::get_if<SetAssignment>(&o);
            return set != nullptr && ended(set->row.state);
        });
        break;
    case Bug::incident_not_reopened:
        drop([](const Operation& o) {
            const auto* set = std::get_if<SetIncident>(&o);
            return set != nullptr && set->row.state == IncidentState::open;
        });
        break;
    case Bug::outbox_skipped:
    case Bug::cancel_not_told: {
        const std::string kind = world_.has(Bug::outbox_skipped) ? "dispatch" : "cancel";
        drop([&](const Operation& o) {
            const auto* queued = std::get_if<QueueCommand>(&o);
            return queued != nullptr && queued->row.kind == kind;
        });
        break;
    }
    case Bug::clock_trusted:
        for (Operation& operation : all) {
            if (auto* stamp = std::get_if<AddStamp>(&operation);
                stamp != nullptr && stamp->row.device_us != 0) {
                stamp->row.at_us = stamp->row.device_us;
            }
        }
        break;
    case Bug::hospital_breakdown: {
        const bool stops = std::any_of(all.begin(), all.end(), [&](const Operation& o) {
            const auto* set = std::get_if<SetUnit>(&o);
            return set != nullptr && set->row.state == UnitState::out_of_service;
        });
        for (Operation& operation : all) {
            auto* task = std::get_if<SetAssignment>(&operation);
            auto* incident = std::get_if<SetIncident>(&operation);
            if (stops && task != nullptr) {
                task->row.state = AssignmentState::cancelled;
                task->row.end_reason = "breakdown";
            } else if (stops && incident != nullptr) {
                incident->row.state = IncidentState::open;
            }
        }
        break;
    }
    case Bug::words_not_withdrawn:
        drop([](const Operation& o) {
            const auto* set = std::get_if<SetCommand>(&o);
            return set != nullptr && !set->assignment.is_set() && set->state == "superseded";
        });
        break;
    case Bug::posting_not_ended:
        drop([&](const Operation& o) { return assigns && std::holds_alternative<SetPosting>(o); });
        break;
    case Bug::second_posting:
        if (std::any_of(all.begin(), all.end(), [](const Operation& o) {
                return std::holds_alternative<NewPosting>(o);
            })) {
            drop([](const Operation& o) { return std::holds_alternative<SetPosting>(o); });
        }
        break;
    case Bug::posting_answer_lost:
        drop([](const Operation& o) {
            const auto* set = std::get_if<SetPosting>(&o);
            return set != nullptr && set->row.state == PostingState::delivered;
        });
        break;
    case Bug::proposal_outlives_task:
        drop([](const Operation& o) {
            const auto* set = std::get_if<SetProposal>(&o);
            return set != nullptr && set->outcome == ProposalOutcome::superseded;
        });
        break;
    case Bug::correction_out_of_order:
        for (Operation& operation : all) {
            if (auto* correction = std::get_if<CorrectStamp>(&operation)) {
                correction->row.at_us -= 3'600 * kSecondUs;
            }
        }
        break;
    case Bug::late_ack_behind_wheels:
        for (Operation& operation : all) {
            if (auto* stamp = std::get_if<AddStamp>(&operation);
                stamp != nullptr && stamp->row.event == StampEvent::crew_ack &&
                stamp->row.at_us != 0) {
                stamp->row.at_us = std::max(stamp->row.at_us, stamp->row.received_us);
            }
        }
        break;
    case Bug::half_a_write_set:
        // Something that the store refuses, in the middle of what it should take whole.
        if (assigns && world_.chance(100)) {
            all.insert(all.begin() + 2, AddStamp{});
        }
        break;
    case Bug::wrong_transition:
        // Of a unit free of tasks: whatever was asked, it goes on as if it were on one.
        for (Operation& operation : all) {
            auto* set = std::get_if<SetUnit>(&operation);
            if (set != nullptr && set->row.state == UnitState::en_route &&
                world.units.at(set->row.id).assignment.is_set()) {
                set->row.state = UnitState::handover;
            }
        }
        break;
    default:
        break;
    }
}

} // namespace ems::dispatch::sim
