#include "tests/dispatch/sim/sim_vehicle.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ems::dispatch::sim {
namespace {

constexpr std::int64_t kUploadUs = kSecondUs;
constexpr std::size_t kWindow = 8;
constexpr std::int64_t kHour = 3'600 * kSecondUs;

wire::UnitState wire_state(UnitState state) {
    return static_cast<wire::UnitState>(state);
}

bool departed(UnitState state) {
    return state != UnitState::assigned && state != UnitState::acknowledged;
}

bool can_take_order(UnitState state) {
    return state == UnitState::available || state == UnitState::clearing ||
           state == UnitState::returning;
}

} // namespace

void SimIngest::arrived(Upload upload, std::function<void(std::uint64_t)> acknowledge) {
    if (!database_.up()) {
        return;
    }
    if (world_.has(Bug::ack_before_commit)) {
        acknowledge(upload.seq);
    }
    const auto store = [this, generation = generation_, upload = std::move(upload),
                        acknowledge = std::move(acknowledge)] {
        if (generation != generation_ || !database_.up()) {
            return;
        }
        std::uint64_t& contiguous = contiguous_[upload.vid];
        const bool next = upload.seq == contiguous + 1;
        const bool twice = world_.has(Bug::event_twice) && upload.seq <= contiguous;
        if (next || twice) {
            const InboxEvent event{0,
                                   upload.vid,
                                   7,
                                   upload.seq,
                                   upload.t_us,
                                   upload.clock_quality,
                                   world_.now_us,
                                   upload.body};
            if (database_.store.add_event(event, upload.event_id)) {
                if (!places_.emplace(upload.vid, upload.seq).second) {
                    world_.violate(fmt::format("event {} of {} stands in the inbox twice",
                                               upload.seq, upload.vid));
                }
                stored_();
            }
            // Of a known event_id there is no second row; its number is dealt with all the same.
            contiguous = std::max(contiguous, upload.seq);
        }
        acknowledge(contiguous);
    };
    world_.in(world_.database_us(), Kind::stored_commit, 0, store);
}

SimVehicle::SimVehicle(SimWorld& world, SimIngest& ingest, Oracle& oracle, std::uint32_t number,
                       std::string vid)
    : world_(world), ingest_(ingest), oracle_(oracle), number_(number), vid_(std::move(vid)) {
    skew_us_ =
        world_.dials.device_skew_us == 0
            ? 0
            : world_.random.between(-world_.dials.device_skew_us, world_.dials.device_skew_us);
    executed_seq_ = world_.dials.seen_before;
    term_ = world_.dials.seen_before / 50;
}

void SimVehicle::start() {
    world_.in(world_.random.between(1, kUploadUs), Kind::tick, number_, [this] { beat(); });
}

void SimVehicle::beat() {
    if (reachable()) {
        upload();
    }
    world_.in(kUploadUs, Kind::tick, number_, [this] { beat(); });
}

void SimVehicle::upload() {
    std::size_t sent = 0;
    for (const Event& event : spool_) {
        if (++sent > kWindow) {
            break;
        }
        const int quality = world_.dials.device_skew_us > kHour && number_ % 2 == 0
                                ? wire::CLOCK_NEVER_SET
                                : wire::CLOCK_NTP;
        const SimIngest::Upload upload{number_,    vid_,       event.seq, event.event_id,
                                       event.body, event.t_us, quality};
        world_.message(Kind::vehicle_event, number_, [this, upload] {
            if (!reachable()) {
                return;
            }
            ingest_.arrived(upload, [this](std::uint64_t seq) {
                world_.message(Kind::receipt, number_, [this, seq] {
                    if (reachable()) {
                        released(seq);
                    }
                });
            });
        });
    }
}

void SimVehicle::released(std::uint64_t seq) {
    while (!spool_.empty() && spool_.front().seq <= seq) {
        oracle_.released(vid_, spool_.front().event_id);
        spool_.pop_front();
    }
}

std::string SimVehicle::event_id() {
    return fmt::format("{}-{}", vid_, ++events_made_);
}

void SimVehicle::append(wire::Event event) {
    event.set_event_id(event.event_id().empty() ? event_id() : event.event_id());
    spool_.push_back(
        {++last_seq_, event.event_id(), event.SerializeAsString(), device_us(), world_.now_us});
    if (reachable()) {
        upload();
    }
}

void SimVehicle::append_again(const Known& known) {
    spool_.push_back({++last_seq_, known.event_id, known.body, device_us(), world_.now_us});
    if (reachable()) {
        upload();
    }
}

wire::CommandAck::Result SimVehicle::judge(const SentCommand& command) const {
    if (command.term < term_) {
        return wire::CommandAck::STALE_TERM;
    }
    if (command.expires_us < world_.now_us && !world_.has(Bug::expired_executed)) {
        return wire::CommandAck::EXPIRED;
    }
    if (command.unit_seq <= executed_seq_ && !world_.has(Bug::old_command_executed) &&
        !world_.has(Bug::no_dedupe)) {
        return wire::CommandAck::SUPERSEDED;
    }
    return wire::CommandAck::STORED;
}

void SimVehicle::take(const SentCommand& command) {
    if (!reachable()) {
        return;
    }
    const auto known = known_.find(command.id);
    const bool renumbered = known != known_.end() && command.unit_seq > known->second.unit_seq;
    const bool by_number = known != known_.end() &&
                           known->second.result == wire::CommandAck::SUPERSEDED &&
                           !world_.has(Bug::refusal_is_final);
    const bool final = known != known_.end() && !(renumbered && by_number) &&
                       known->second.result != wire::CommandAck::STALE_TERM;
    if (final && !world_.has(Bug::no_dedupe)) {
        append_again(known->second);
        return;
    }
    const wire::CommandAck::Result result = judge(command);
    if (known != known_.end() && known->second.result == result && !renumbered &&
        !world_.has(Bug::no_dedupe)) {
        append_again(known->second);
        return;
    }
    if (world_.has(Bug::acts_before_storing) && result == wire::CommandAck::STORED) {
        oracle_.executed(command);
        world_.in(300'000, Kind::tick, number_, [this, command, generation = generation_] {
            if (generation == generation_ && !known_.contains(command.id)) {
                store(command, wire::CommandAck::STORED);
                execute(command);
            }
        });
        return;
    }
    store(command, result);
    if (result == wire::CommandAck::STORED) {
        oracle_.executed(command);
        execute(command);
    } else if (result == wire::CommandAck::SUPERSEDED &&
               command.unit_seq > world_.dials.seen_before) {
        oracle_.overtaken(command);
    }
}

void SimVehicle::store(const SentCommand& command, wire::CommandAck::Result result) {
    term_ = std::max(term_, command.term);
    wire::Event event;
    event.set_event_id(event_id());
    event.set_source(wire::SOURCE_SYSTEM);
    event.set_assignment_id(command.assignment.value);
    event.mutable_command_ack()->set_command_id(command.id);
    event.mutable_command_ack()->set_result(result);
    if (result == wire::CommandAck::STALE_TERM || result == wire::CommandAck::SUPERSEDED) {
        event.mutable_command_ack()->set_highest_term(term_);
        event.mutable_command_ack()->set_executed_unit_seq(executed_seq_);
    }
    known_[command.id] = {result, event.event_id(), event.SerializeAsString(), command.unit_seq};
    append(std::move(event));
}

void SimVehicle::execute(const SentCommand& command) {
    world_.tell("{} executes {} {} of assignment {}", vid_, command.kind, command.id,
                command.assignment.value);
    executed_seq_ = std::max(executed_seq_, command.unit_seq);
    if (command.kind == "cancel") {
        if (order_ && order_->assignment == command.assignment) {
            state_ = departed(state_) ? UnitState::returning : UnitState::available;
            order_.reset();
        }
        return;
    }
    if (command.kind == "text") {
        follow_posting(command);
        return;
    }
    posted_.clear();
    order_ = Order{command.assignment, command.id, false};
    state_ = UnitState::assigned;
    crew_looks(command.assignment);
}

void SimVehicle::follow_posting(const SentCommand& words) {
    if (words.body == "posted") {
        posted_ = words.id;
    } else if (words.body == "ended " + posted_) {
        posted_.clear();
    }
    crew_reads(words.id);
}

// Some will not go, some do not say that they do.
void SimVehicle::crew_reads(const std::string& words) {
    world_.in(world_.random.between(200'000, 4 * kSecondUs), Kind::crew, number_,
              [this, words, generation = generation_] {
                  if (generation != generation_ || world_.chance(world_.dials.silent)) {
                      return;
                  }
                  if (world_.chance(world_.dials.refuses)) {
                      answer(words, wire::CommandAck::REFUSED, "no fuel");
                      posted_ = posted_ == words ? "" : posted_;
                      return;
                  }
                  if (world_.chance(800)) {
                      answer(words, wire::CommandAck::ACCEPTED, "");
                  }
                  crew_gets_there(words);
              });
}

void SimVehicle::crew_gets_there(const std::string& words) {
    world_.in(world_.random.between(300'000, 10 * kSecondUs), Kind::crew, number_,
              [this, words, generation = generation_] {
                  // Now and then it presses what its screen has just ceased to show, or turns round.
                  const bool shown = posted_ == words || world_.chance(100);
                  if (generation != generation_ || !shown) {
                      return;
                  }
                  const bool turns = world_.chance(world_.dials.refuses);
                  answer(words, turns ? wire::CommandAck::REFUSED : wire::CommandAck::ARRIVED, "");
              });
}

void SimVehicle::answer(const std::string& words, wire::CommandAck::Result result,
                        const std::string& note) {
    wire::Event event;
    event.set_source(wire::SOURCE_CREW_BUTTON);
    event.mutable_command_ack()->set_command_id(words);
    event.mutable_command_ack()->set_result(result);
    event.mutable_command_ack()->set_note(note);
    if (result == wire::CommandAck::ARRIVED && world_.chance(500)) {
        event.mutable_command_ack()->set_fence_us(device_us() - kSecondUs);
    }
    const wire::Event again = event;
    append(std::move(event));
    if (world_.chance(100)) {
        append(again); // pressed twice: two events
    }
}

// The crew answers, or does not.
void SimVehicle::crew_looks(AssignmentId assignment) {
    world_.in(world_.random.between(200'000, 4 * kSecondUs), Kind::crew, number_,
              [this, assignment] {
                  if (world_.now_us < down_until_us_) {
                      crew_looks(assignment);
                      return;
                  }
                  if (!order_ || order_->assignment != assignment || order_->accepted ||
                      world_.chance(world_.dials.silent)) {
                      return;
                  }
                  const bool refuses = world_.chance(world_.dials.refuses);
                  wire::Event event;
                  event.set_event_id(event_id());
                  event.set_source(wire::SOURCE_CREW_BUTTON);
                  event.set_assignment_id(assignment.value);
                  wire::CommandAck& ack = *event.mutable_command_ack();
                  ack.set_command_id(order_->command_id);
                  ack.set_result(refuses ? wire::CommandAck::REFUSED : wire::CommandAck::ACCEPTED);
                  const bool poison =
                      refuses && world_.dials.poison > 0 && world_.chance(world_.dials.poison);
                  ack.set_note(poison ? std::string{"no\0t", 4} : std::string{"busy"});
                  known_[order_->command_id] = {ack.result(), event.event_id(),
                                                event.SerializeAsString(), 0};
                  if (refuses) {
                      order_.reset();
                      state_ = UnitState::available;
                  } else {
                      order_->accepted = true;
                      state_ = UnitState::acknowledged;
                  }
                  append(std::move(event));
                  crew_goes_on();
              });
}

void SimVehicle::crew_goes_on() {
    world_.in(world_.random.between(300'000, 5 * kSecondUs), Kind::crew, number_,
              [this, generation = generation_] {
                  if (generation != generation_) {
                      return;
                  }
                  std::vector<UnitState> next;
                  for (const UnitTransition& t : unit_transitions()) {
                      const bool rare = t.to == UnitState::out_of_service && !world_.chance(60);
                      if (t.from == state_ &&
                          (t.cause == Cause::report || t.cause == Cause::both) && !rare) {
                          next.push_back(t.to);
                      }
                  }
                  if (next.empty() || state_ == UnitState::assigned) {
                      return;
                  }
                  const UnitState chosen = next[world_.random.below(next.size())];
                  if (world_.chance(world_.dials.proposes)) {
                      propose(chosen);
                      if (world_.chance(400)) { // and leaves it at that
                          crew_goes_on();
                          return;
                      }
                  }
                  press(chosen);
                  if (order_ || !can_take_order(state_) || state_ != UnitState::available) {
                      crew_goes_on();
                  }
              });
}

// Its fence or its speed says so before anybody does; now and then it is wrong.
void SimVehicle::propose(UnitState state) {
    wire::Event event;
    event.set_source(wire::SOURCE_GEOFENCE);
    event.set_assignment_id(order_ ? order_->assignment.value : 0);
    event.mutable_proposal()->set_state(
        world_.chance(300) ? static_cast<wire::UnitState>(world_.random.between(1, 12))
                           : wire_state(state));
    fence_.emplace(static_cast<UnitState>(event.proposal().state()), device_us());
    append(std::move(event));
}

void SimVehicle::press(UnitState state) {
    wire::Event event;
    event.set_source(wire::SOURCE_CREW_BUTTON);
    event.set_assignment_id(order_ ? order_->assignment.value : 0);
    event.mutable_state()->set_state(wire_state(state));
    if (fence_ && fence_->first == state) {
        event.mutable_state()->set_fence_us(fence_->second);
    }
    fence_.reset();
    const wire::Event again = event;
    append(std::move(event));
    if (world_.chance(100)) {
        append(again); // pressed twice: two events
    }
    state_ = state;
    if (state == UnitState::available || state == UnitState::out_of_service) {
        order_.reset();
    }
}

void SimVehicle::lose_link(std::int64_t length_us) {
    away_until_us_ = world_.now_us + length_us;
    world_.in(length_us, Kind::came_back, number_, [this] {
        if (reachable()) {
            born_(vid_);
            upload();
        }
    });
}

void SimVehicle::crash() {
    ++generation_;
    down_until_us_ = world_.now_us + world_.random.between(200'000, 3 * kSecondUs);
    if (world_.has(Bug::seq_reused)) {
        last_seq_ =
            spool_.empty() ? last_seq_ - std::min<std::uint64_t>(last_seq_, 1) : spool_.front().seq;
    }
    world_.in(down_until_us_ - world_.now_us, Kind::came_back, number_, [this] {
        born_(vid_);
        upload();
        crew_goes_on();
    });
}

void SimVehicle::heal() {
    away_until_us_ = 0;
    down_until_us_ = 0;
    born_(vid_);
}

} // namespace ems::dispatch::sim
