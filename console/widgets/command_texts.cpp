// Texts of the command line: verbs, words, refusals.
#include "console/widgets/order_words.h"
#include "console/widgets/words.h"

namespace ems::console {

QString OrderWords::refusal(const Refused& r) {
    const QString about = qs(r.about);
    switch (r.code) {
    case RefusalCode::not_connected:
        return tr("Not connected: dispatch by telephone or radio");
    case RefusalCode::no_orders:
        return tr("The server takes no orders now");
    case RefusalCode::no_such_unit:
        return tr("No such unit");
    case RefusalCode::no_such_incident:
        return tr("No such case");
    case RefusalCode::incident_ended:
        return tr("Case %1 has ended").arg(about);
    case RefusalCode::has_its_units:
        return tr("Case %1 has its units; one more is sent with ZP").arg(about);
    case RefusalCode::unit_on_task:
        return tr("The unit is on case %1; GP diverts it, HP swaps it").arg(about);
    case RefusalCode::unit_off:
        return tr("%1 is out of service").arg(about);
    case RefusalCode::not_on_task:
        return tr("The unit is on no task");
    case RefusalCode::not_divertible:
        return tr("%1 has reached its case and cannot be diverted").arg(about);
    case RefusalCode::not_more_urgent:
        return tr("Not more urgent than case %1, which it would leave").arg(about);
    case RefusalCode::same_incident:
        return tr("It is on case %1 already").arg(about);
    case RefusalCode::same_unit:
        return tr("The same unit");
    case RefusalCode::crew_accepted:
        return tr("The crew has accepted; CX calls it back");
    case RefusalCode::already_in_state:
        return tr("%1 is in that state already").arg(about);
    case RefusalCode::reason_needed:
        return tr("A reason is needed");
    case RefusalCode::not_first:
        return tr("%1 stands first in the list: a reason is needed").arg(about);
    case RefusalCode::too_long:
        return tr("The reason is too long");
    case RefusalCode::note_too_long:
        return tr("The note has %1 characters; 500 are possible").arg(about);
    case RefusalCode::no_posting:
        return tr("The unit waits nowhere else");
    case RefusalCode::no_proposal:
        return tr("Nothing is suggested for this unit");
    case RefusalCode::no_suggestion:
        return tr("Nothing is suggested to be the same case");
    case RefusalCode::no_move_up:
        return tr("No move-up is advised");
    case RefusalCode::no_such_road:
        return tr("No such road condition");
    case RefusalCode::no_such_stamp:
        return tr("That stage has no time yet");
    case RefusalCode::time_ahead:
        return tr("The time lies ahead of now");
    case RefusalCode::out_of_range:
        return tr("Only %1 is possible").arg(about);
    case RefusalCode::nothing_drawn:
        return tr("Nothing is drawn on the map; HT begins");
    case RefusalCode::physicians_only:
        return tr("Only a physician switches it");
    case RefusalCode::no_unit_on_it:
        return tr("No unit is on %1").arg(about);
    case RefusalCode::patient_on_board:
        return tr("%1 has the patient on board").arg(about);
    case RefusalCode::neighbour_asked:
        return tr("%1 was asked and has not answered yet").arg(about);
    case RefusalCode::only_who_agrees:
        return tr("Only a neighbour that agrees names a unit and a time");
    case RefusalCode::neighbour_too_long:
        return tr("Name, unit and time have at most 100 bytes each, 33 Chinese characters");
    case RefusalCode::neighbours_full:
        return tr("20 words of neighbours stand there, as many as a case can have");
    case RefusalCode::count:
        break;
    }
    return {};
}

QString OrderWords::missing(const Missing& m) {
    const QString about = qs(m.about);
    switch (m.lack) {
    case Lack::verb:
        return about.isEmpty() ? tr("verb, object, reason · ? lists the verbs") : tr("No verb “%1” · ? lists them").arg(about);
    case Lack::word:
        return tr("then: %1").arg(word(m.word));
    case Lack::unknown:
        return tr("“%1” is no %2").arg(about, word(m.word));
    case Lack::ambiguous:
        return tr("“%1” fits more than one %2").arg(about, word(m.word));
    case Lack::not_a_time:
        return tr("“%1” is no time: 18:42 or 18:42:10").arg(about);
    case Lack::not_a_number:
        return tr("“%1” is no number").arg(about);
    case Lack::count:
        break;
    }
    return {};
}

QString OrderWords::verb(Verb v) {
    switch (v) {
    case Verb::send:
        return tr("send a unit");
    case Verb::add:
        return tr("send one more unit");
    case Verb::swap:
        return tr("another unit goes instead");
    case Verb::divert:
        return tr("take a unit to a more urgent case");
    case Verb::cancel:
        return tr("call a unit back");
    case Verb::refuse:
        return tr("the crew cannot go");
    case Verb::breakdown:
        return tr("the unit has broken down");
    case Verb::state:
        return tr("enter a state said by voice");
    case Verb::destination:
        return tr("receiving hospital");
    case Verb::standby:
        return tr("wait at a place");
    case Verb::relocate:
        return tr("wait at another station");
    case Verb::go_home:
        return tr("go back to the station");
    case Verb::end_posting:
        return tr("what became of waiting elsewhere");
    case Verb::confirm:
        return tr("what the fence suggests is right");
    case Verb::dismiss:
        return tr("what the fence suggests is wrong");
    case Verb::correct:
        return tr("put a time right");
    case Verb::level:
        return tr("change the level");
    case Verb::units:
        return tr("how many units the case needs");
    case Verb::planned:
        return tr("another time for a planned transfer");
    case Verb::case_place:
        return tr("put the place of the case right");
    case Verb::close_case:
        return tr("close the case");
    case Verb::transfer:
        return tr("transfer between hospitals");
    case Verb::close_road:
        return tr("close a road");
    case Verb::flood_road:
        return tr("a road is flooded");
    case Verb::slow_road:
        return tr("a road is slow, times so much");
    case Verb::reopen_road:
        return tr("reopen a road");
    case Verb::accept_move:
        return tr("accept the move-up");
    case Verb::decline_move:
        return tr("decline the move-up");
    case Verb::shift_end:
        return tr("end of the crew's shift");
    case Verb::fuel:
        return tr("range left in km");
    case Verb::contaminated:
        return tr("carried an infectious patient");
    case Verb::cleaned:
        return tr("was cleaned");
    case Verb::told_place:
        return tr("where a unit is, told by voice");
    case Verb::merge:
        return tr("the case is a second call, as suggested");
    case Verb::keep_apart:
        return tr("the case is no second call");
    case Verb::note:
        return tr("write a note to the case");
    case Verb::neighbour:
        return tr("a neighbour region was asked, or replied");
    case Verb::look:
        return tr("show a case, unit or place");
    case Verb::recommend:
        return tr("recommend again");
    case Verb::isochrone:
        return tr("area reached in so many minutes");
    case Verb::route:
        return tr("way of a unit and its time");
    case Verb::follow:
        return tr("the map follows a unit");
    case Verb::measure:
        return tr("measure on the map");
    case Verb::draw:
        return tr("draw on the map");
    case Verb::explain:
        return tr("lists shown and choices made");
    case Verb::reveal:
        return tr("the caller's number, for a minute");
    case Verb::shelve:
        return tr("shelve an alarm for minutes");
    case Verb::pause:
        return tr("audio paused for 120 s");
    case Verb::help:
        return tr("keys and verbs");
    case Verb::count:
        break;
    }
    return {};
}

QString OrderWords::word(Word w) {
    switch (w) {
    case Word::incident:
        return tr("case");
    case Word::unit:
        return tr("unit");
    case Word::other_unit:
        return tr("unit instead");
    case Word::task:
        return tr("unit or case");
    case Word::unit_state:
        return tr("state");
    case Word::hospital:
    case Word::to_hospital:
        return tr("hospital");
    case Word::station:
        return tr("station");
    case Word::place:
        return tr("place");
    case Word::stage:
        return tr("stage");
    case Word::clock:
        return tr("time");
    case Word::until:
        return tr("until (- open)");
    case Word::number:
        return tr("number");
    case Word::posting_end:
        return tr("outcome");
    case Word::drawn_or_road:
        return tr("drawn or road");
    case Word::road_id:
        return tr("road condition");
    case Word::source:
        return tr("from");
    case Word::target:
        return tr("case or hospital");
    case Word::anything:
        return tr("case, unit or place");
    case Word::alarm:
        return tr("alarm no.");
    case Word::reason:
        return tr("reason");
    case Word::note:
        return tr("note");
    case Word::neighbour:
        return tr("neighbour");
    case Word::neighbour_said:
        return tr("reply");
    case Word::neighbour_unit:
        return tr("its unit");
    case Word::neighbour_eta:
        return tr("there at");
    case Word::text:
        return tr("text");
    case Word::none:
        break;
    }
    return {};
}

QString OrderWords::neighbourSaid(const std::string& said) {
    return said == "asked" ? tr("asked") : said == "agreed" ? tr("agreed") : said == "refused" ? tr("refused") : qs(said);
}

QString OrderWords::letters(Verb v) {
    const std::string_view letters = row_of(v).letters;
    return QString::fromUtf8(letters.data(), static_cast<qsizetype>(letters.size()));
}

QString OrderWords::usage(const VerbRow& row) {
    QString text = letters(row.verb);
    for (std::size_t i = 0; i < word_count(row); ++i) {
        const QString name = word(row.words.at(i));
        text += QStringLiteral(" ") + (is_optional(row, i) ? QStringLiteral("[") + name + QStringLiteral("]") : name);
    }
    return text;
}

CommandWords OrderWords::commandWords() {
    CommandWords w;
    for (int n = ems::wire::UNIT_AVAILABLE; n <= ems::wire::UNIT_OUT_OF_SERVICE; ++n) {
        const auto state = static_cast<ems::wire::UnitState>(n);
        w.states.emplace_back(Words::state(state).toStdString(), state);
    }
    for (std::size_t i = 0; i < kStageCount; ++i) {
        const auto stage = static_cast<Stage>(i);
        w.stages.emplace_back(Words::stage(stage).toStdString(), std::string{stage_event(stage)});
    }
    w.posting_ends = {{tr("arrived").toStdString(), "arrived"},
                      {tr("over").toStdString(), "done"},
                      {tr("cancelled").toStdString(), "cancelled"}};
    w.sources = {{tr("all").toStdString(), "fleet"}, {tr("stations").toStdString(), "stations"}};
    w.neighbour_said = {{neighbourSaid("asked").toStdString(), "asked"},
                        {neighbourSaid("agreed").toStdString(), "agreed"},
                        {neighbourSaid("refused").toStdString(), "refused"}};
    w.drawn = tr("drawn").toStdString();
    w.here = tr("here").toStdString();
    w.reasons = [](Verb v) -> std::vector<std::string> {
        QStringList usual;
        if (v == Verb::send || v == Verb::add || v == Verb::swap) {
            usual = {tr("crew asked for"), tr("better equipped"), tr("road closed"), tr("position not right"),
                     tr("keeps a zone covered")};
        } else if (v == Verb::cancel || v == Verb::close_case) {
            usual = {tr("caller called off"), tr("duplicate call"), tr("no patient found"), tr("went by other means")};
        } else if (v == Verb::refuse || v == Verb::breakdown) {
            usual = {tr("vehicle fault"), tr("crew not complete"), tr("equipment fault"), tr("accident")};
        } else if (v == Verb::divert) {
            usual = {tr("more urgent, nearest")};
        } else if (v == Verb::correct) {
            usual = {tr("button pressed late"), tr("button not pressed"), tr("told by radio")};
        } else if (v == Verb::close_road || v == Verb::flood_road || v == Verb::slow_road) {
            usual = {tr("accident"), tr("road works"), tr("flood"), tr("snow or ice"), tr("event")};
        } else if (v == Verb::reopen_road) {
            usual = {tr("open again"), tr("entered by mistake")};
        } else if (v == Verb::reveal) {
            usual = {tr("call back"), tr("find the place"), tr("identify the patient")};
        } else if (v == Verb::decline_move) {
            usual = {tr("crew resting"), tr("call expected there")};
        }
        std::vector<std::string> out;
        for (const QString& one : usual) {
            out.push_back(one.toStdString());
        }
        return out;
    };
    return w;
}

} // namespace ems::console
