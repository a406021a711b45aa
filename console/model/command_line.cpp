#include "console/model/command_line.h"

#include <algorithm>

#include "console/model/address_words.h"
#include "console/model/command_orders.h"
#include "console/model/command_words.h"
#include "console/model/stages.h"

namespace ems::console {
namespace {

struct Token {
    std::string text;
    std::size_t from{0}; // byte in the line
};

constexpr std::string_view kWideSpace{"\xE3\x80\x80"};

std::size_t space_at(std::string_view line, std::size_t at) {
    if (line[at] == ' ' || line[at] == '\t') {
        return 1;
    }
    return line.substr(at).starts_with(kWideSpace) ? kWideSpace.size() : 0;
}

std::vector<Token> split(std::string_view line) {
    std::vector<Token> out;
    std::size_t at = 0;
    bool inside = false;
    while (at < line.size()) {
        const std::size_t space = space_at(line, at);
        if (space != 0) {
            inside = false;
            at += space;
            continue;
        }
        if (!inside) {
            out.push_back({{}, at});
            inside = true;
        }
        out.back().text += line[at++];
    }
    return out;
}

bool ends_in_space(std::string_view line) {
    return !line.empty() && (line.back() == ' ' || line.ends_with(kWideSpace));
}

std::string trimmed(std::string_view text) {
    while (ends_in_space(text)) {
        text.remove_suffix(text.back() == ' ' ? 1 : kWideSpace.size());
    }
    return std::string{text};
}

class Reader {
  public:
    Reader(const VerbRow& row, const CommandContext& c, ParsedLine& out) : row_(row), c_(c), out_(out) {}

    Read read(std::string_view line, const std::vector<Token>& tokens) {
        Read r;
        r.incident = c_.state.selected_incident() != 0 ? std::optional{c_.state.selected_incident()} : std::nullopt;
        const std::size_t words = word_count(row_);
        std::size_t at = 1;
        const bool open_end = !ends_in_space(line); // the last word is still being typed
        for (std::size_t i = 0; i < words; ++i) {
            const Word word = row_.words.at(i);
            if (word == Word::reason || word == Word::note || word == Word::text || word == Word::neighbour_eta) {
                take_reason(r, word, at < tokens.size() ? trimmed(line.substr(tokens[at].from)) : std::string{}, i, open_end);
                return r;
            }
            const bool typed = at < tokens.size();
            const std::string text = typed ? tokens[at].text : std::string{};
            const bool last = typed ? at + 1 == tokens.size() && open_end : true;
            if (last) {
                out_.expects = word;
            }
            if (!typed) {
                if (!open_end) { // what follows is offered once the word before is ended
                    offer(word, {}, r);
                }
                if (!is_optional(row_, i) || (word == Word::incident && !r.incident)) {
                    lack(Lack::word, word, {});
                    return r;
                }
                continue;
            }
            const bool skipped = is_optional(row_, i) && !fits(word, text, r, last);
            const bool names_a_case = text == "." || std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
            if (skipped && word == Word::incident && names_a_case) { // never the selected case in its stead
                lack(incident_choices(text, c_).empty() ? Lack::unknown : Lack::ambiguous, word, std::string{text});
                return r;
            }
            const Word next = row_.words.at(i + 1 < words ? i + 1 : i);
            if (skipped && (next == Word::note || next == Word::text || next == Word::neighbour || next == Word::neighbour_eta)) {
                if (word == Word::incident && !r.incident) {
                    lack(Lack::word, word, {});
                    return r;
                }
                continue; // it is the note, and the case is the selected one
            }
            if (word == Word::neighbour) {
                at += take_neighbour(line.substr(tokens[at].from), text, r, last);
                if (out_.missing) {
                    return r;
                }
                continue;
            }
            if (word == Word::place) {
                const bool to_the_end = i + 1 >= words; // then the way from it may follow in words of its own
                const std::string said = to_the_end ? trimmed(line.substr(tokens[at].from)) : text;
                if (const auto one = place_said(said, r)) {
                    r.place = one;
                    at = to_the_end ? tokens.size() : at + 1;
                    continue;
                }
            }
            if (!take(word, text, r, last)) {
                return r;
            }
            ++at;
        }
        return r;
    }

  private:
    void lack(Lack lack, Word word, std::string about) {
        if (!out_.missing) {
            out_.missing = Missing{lack, word, std::move(about)};
        }
    }

    void complete_with(const std::vector<Choice>& choices) {
        for (const Choice& one : choices) {
            if (out_.completions.size() < kCompletionsMax) {
                out_.completions.push_back({one.text, one.detail, one.cost});
            }
        }
    }

    template <class T>
    std::vector<Choice> named(std::string_view typed, const std::vector<std::pair<std::string, T>>& all,
                              const std::vector<std::string>& codes = {}) const {
        std::vector<Choice> out;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const std::string code = i < codes.size() ? codes[i] : std::string{};
            if (const auto cost = c_.names.cost(typed, all[i].first, code)) {
                out.push_back({all[i].first, {}, static_cast<std::int64_t>(i), *cost, {}});
            }
        }
        std::stable_sort(out.begin(), out.end(), [](const Choice& a, const Choice& b) { return a.cost < b.cost; });
        return out;
    }

    [[nodiscard]] UnitsFirst first_units() const {
        switch (row_.verb) {
        case Verb::send:
        case Verb::add:
        case Verb::standby:
        case Verb::relocate:
        case Verb::go_home:
            return UnitsFirst::sendable;
        case Verb::swap:
        case Verb::divert:
        case Verb::cancel:
        case Verb::refuse:
        case Verb::breakdown:
        case Verb::destination:
            return UnitsFirst::on_task;
        default:
            return UnitsFirst::any;
        }
    }

    [[nodiscard]] std::vector<Choice> choices(Word word, std::string_view typed) const {
        switch (word) {
        case Word::incident:
            return incident_choices(typed, c_);
        case Word::unit:
            return unit_choices(typed, c_, first_units());
        case Word::other_unit:
            return unit_choices(typed, c_, UnitsFirst::sendable);
        case Word::task:
        case Word::target: {
            auto all = incident_choices(typed, c_);
            for (auto& one : all) {
                one.kind = Choice::Kind::incident;
            }
            for (auto& one : word == Word::task ? unit_choices(typed, c_, UnitsFirst::on_task) : hospital_choices(typed, c_)) {
                one.cost += 0.01; // an incident's number first, where nothing is typed
                all.push_back(std::move(one));
            }
            std::stable_sort(all.begin(), all.end(), [](const Choice& a, const Choice& b) { return a.cost < b.cost; });
            return all;
        }
        case Word::unit_state:
            return named(typed, c_.words.states);
        case Word::hospital:
        case Word::to_hospital:
            return hospital_choices(typed, c_);
        case Word::station:
            return station_choices(typed, c_);
        case Word::place:
            return place_choices(typed, c_);
        case Word::stage:
            return named(typed, c_.words.stages);
        case Word::posting_end:
            return named(typed, c_.words.posting_ends);
        case Word::neighbour_said:
            return named(typed, c_.words.neighbour_said);
        case Word::source: {
            auto all = named(typed, c_.words.sources);
            for (auto& one : unit_choices(typed, c_, UnitsFirst::any)) {
                one.kind = Choice::Kind::unit;
                all.push_back(std::move(one));
            }
            return all;
        }
        case Word::road_id:
            return road_choices(typed, c_);
        case Word::anything:
            return anything_choices(typed, c_);
        case Word::drawn_or_road:
            if (!c_.drawn.empty() && (typed.empty() || typed == c_.words.drawn)) {
                return {{c_.words.drawn, std::to_string(c_.drawn.size()), 0, 0, {}}};
            }
            return {};
        default:
            return {};
        }
    }

    void offer(Word word, std::string_view typed, const Read& r) {
        complete_with(word == Word::neighbour ? neighbour_choices(typed, c_, r.incident.value_or(0)) : choices(word, typed));
    }

    // Whether a word that may be left out is this one; otherwise it belongs to what follows.
    bool fits(Word word, const std::string& text, const Read& /*r*/, bool /*last*/) const {
        if (word == Word::incident) {
            return the_one(incident_choices(text, c_), Choosing::only).has_value();
        }
        // a time behind who agrees is when the unit will be there, and the unit was not named
        return word != Word::neighbour_unit || !clock_on_day(text, c_.state.server_us(c_.local_us), Nearness::future);
    }

    // How many words the name took: one of the list may hold a space. Who is not in the list is meant as written.
    std::size_t take_neighbour(std::string_view rest, const std::string& text, Read& r, bool last) {
        const auto all = neighbour_choices({}, c_, r.incident.value_or(0));
        const auto whole = std::find_if(all.begin(), all.end(), [&](const Choice& one) {
            return rest.starts_with(one.text) && (rest.size() == one.text.size() || space_at(rest, one.text.size()) != 0);
        });
        if (whole != all.end()) {
            r.neighbour = whole->text;
            return split(whole->text).size();
        }
        const auto fitting = neighbour_choices(text, c_, r.incident.value_or(0));
        if (last) {
            complete_with(fitting);
        }
        const auto one = the_one(fitting, Choosing::only);
        if (!one && !fitting.empty()) {
            lack(Lack::ambiguous, Word::neighbour, text);
        }
        r.neighbour = one ? one->text : text;
        return 1;
    }

    bool take(Word word, const std::string& text, Read& r, bool last) {
        if (word == Word::neighbour_unit) {
            r.neighbour_unit = text;
            return true;
        }
        if (word == Word::number || word == Word::alarm) {
            const auto number = whole_number(text);
            if (!number) {
                lack(Lack::not_a_number, word, text);
                return false;
            }
            if (word == Word::number) {
                r.number = number;
                return true;
            }
            const auto& alarms = c_.state.alarms().entries();
            if (*number == 0 || *number > alarms.size()) {
                lack(Lack::unknown, word, text);
                return false;
            }
            r.alarm = alarms[*number - 1].key;
            return true;
        }
        if (word == Word::clock || word == Word::until) {
            if (word == Word::until && (text == "-" || text == "—")) {
                r.clock_us = 0;
                return true;
            }
            const bool ahead = word == Word::until || row_.verb == Verb::transfer || row_.verb == Verb::planned ||
                               row_.verb == Verb::shift_end;
            r.clock_us = clock_on_day(text, c_.state.server_us(c_.local_us), ahead ? Nearness::future : Nearness::past);
            if (!r.clock_us) {
                lack(Lack::not_a_time, word, text);
                return false;
            }
            return true;
        }
        if (word == Word::drawn_or_road) {
            r.drawn = text == c_.words.drawn;
            r.road = r.drawn ? std::string{} : text;
            if (last) {
                complete_with(choices(word, text));
            }
            return true;
        }
        const auto all = choices(word, text);
        if (last) {
            complete_with(all);
        }
        const bool map_only = word == Word::anything;
        const auto one = the_one(all, map_only || word == Word::place ? Choosing::best : Choosing::only);
        if (!one) {
            lack(all.empty() ? Lack::unknown : Lack::ambiguous, word, text);
            return false;
        }
        put(word, *one, r);
        return true;
    }

    // "张庄西300米"; of a case also "西 300 米" alone: from where it is now.
    [[nodiscard]] std::optional<Choice> place_said(std::string_view text, const Read& r) const {
        const auto way = said_way(text);
        if (!way || way->to != text.size()) {
            return std::nullopt;
        }
        const std::string name = trimmed(text.substr(0, way->from));
        if (!name.empty()) {
            const auto from = the_one(place_choices(name, c_), Choosing::best);
            return from && from->place ? std::optional{Choice{std::string{text}, {}, 0, 0, gone(*from->place, *way), {}}} : std::nullopt;
        }
        const api::Incident* incident = row_.verb == Verb::case_place && r.incident ? c_.state.incident(*r.incident) : nullptr;
        if (incident == nullptr) {
            return std::nullopt;
        }
        const GeoPoint now = geo_point(incident->place().lat_e7(), incident->place().lon_e7());
        return Choice{std::string{text}, {}, 0, 0, gone(now, *way), {}};
    }

    void put(Word word, const Choice& one, Read& r) const {
        const auto index = static_cast<std::size_t>(one.id);
        switch (word) {
        case Word::incident:
            r.incident = one.id;
            break;
        case Word::unit:
            r.unit = one.id;
            break;
        case Word::other_unit:
            r.other_unit = one.id;
            break;
        case Word::task:
        case Word::target:
            if (one.kind == Choice::Kind::incident) {
                r.incident = one.id;
                r.unit = word == Word::task ? std::nullopt : r.unit;
                r.hospital.reset();
            } else if (word == Word::task) {
                r.unit = one.id;
            } else {
                r.hospital = one.id;
            }
            break;
        case Word::unit_state:
            r.state = c_.words.states.at(index).second;
            break;
        case Word::hospital:
            r.hospital = one.id;
            break;
        case Word::to_hospital:
            r.to_hospital = one.id;
            break;
        case Word::station:
            r.station = one;
            break;
        case Word::place:
        case Word::anything:
            r.place = one;
            break;
        case Word::stage:
            r.stage = c_.words.stages.at(index).second;
            break;
        case Word::posting_end:
            r.posting_end = c_.words.posting_ends.at(index).second;
            break;
        case Word::neighbour_said:
            r.neighbour_said = c_.words.neighbour_said.at(index).second;
            break;
        case Word::source:
            if (one.kind == Choice::Kind::unit) {
                r.unit = one.id;
                r.source = "unit";
            } else {
                r.source = c_.words.sources.at(index).second;
            }
            break;
        case Word::road_id:
            r.road_id = one.id;
            break;
        default:
            break;
        }
    }

    void take_reason(Read& r, Word word, const std::string& text, std::size_t index, bool open_end) {
        out_.expects = word;
        const bool has_usual = c_.words.reasons && word != Word::text;
        const auto usual = has_usual ? c_.words.reasons(row_.verb) : std::vector<std::string>{};
        if (text.size() == 1 && text[0] >= '1' && static_cast<std::size_t>(text[0] - '1') < usual.size()) {
            r.reason = usual[static_cast<std::size_t>(text[0] - '1')];
        } else {
            r.reason = text;
        }
        if (text.empty()) {
            for (std::size_t i = 0; !open_end && i < usual.size() && i < kCompletionsMax; ++i) {
                out_.completions.push_back({std::to_string(i + 1), usual[i], static_cast<double>(i)});
            }
            if (word == Word::text || (word == Word::reason && !is_optional(row_, index))) {
                lack(Lack::word, word, {});
            }
        }
    }

    const VerbRow& row_;
    const CommandContext& c_;
    ParsedLine& out_;
};

void offer_verbs(std::string_view typed, const CommandContext& c, ParsedLine& out) {
    std::vector<Completion> all;
    for (const VerbRow& row : verb_rows()) {
        const auto by_letters = c.names.cost(typed, std::string{row.letters});
        const auto by_chinese = c.names.cost(typed, std::string{row.chinese}, row.english);
        if (by_letters || by_chinese) {
            all.push_back({std::string{row.letters}, std::string{row.chinese},
                           std::min(by_letters.value_or(99), by_chinese.value_or(99))});
        }
    }
    std::stable_sort(all.begin(), all.end(), [](const Completion& a, const Completion& b) { return a.cost < b.cost; });
    all.resize(std::min(all.size(), kCompletionsMax));
    out.completions = std::move(all);
}

} // namespace

ParsedLine parse_line(const std::string& line, const CommandContext& context) {
    ParsedLine out;
    const std::string_view read_line = std::string_view{line}.substr(0, kLineBytesMax);
    const auto tokens = split(read_line);
    if (tokens.empty()) {
        out.missing = Missing{Lack::verb, Word::none, {}};
        return out;
    }
    out.verb = find_verb(tokens.front().text);
    if (out.verb == nullptr || (tokens.size() == 1 && !ends_in_space(read_line))) {
        offer_verbs(tokens.front().text, context, out);
        if (out.verb == nullptr) {
            out.missing = Missing{Lack::verb, Word::none, tokens.front().text};
            return out;
        }
    }
    const Read read = Reader{*out.verb, context, out}.read(read_line, tokens);
    if (out.missing) {
        return out;
    }
    if (out.verb->changes == Changes::nothing) {
        out.deed = make_deed(*out.verb, read);
        return out;
    }
    out.frame = make_frame(*out.verb, context, read);
    out.refused = check_order(context.state, *out.frame, context.local_us);
    return out;
}

std::string complete(const std::string& line, const Completion& completion) {
    const auto tokens = split(line);
    const bool at_word = !tokens.empty() && !ends_in_space(line);
    return (at_word ? line.substr(0, tokens.back().from) : line) + completion.text + " ";
}

void CommandHistory::add(const std::string& line) {
    back_ = 0;
    if (!line.empty() && (lines_.empty() || lines_.back() != line)) {
        lines_.push_back(line);
        if (lines_.size() > kLinesMax) {
            lines_.erase(lines_.begin());
        }
    }
}

std::string CommandHistory::older(const std::string& typed) {
    if (back_ == 0) {
        typed_ = typed;
    }
    back_ = std::min(back_ + 1, lines_.size());
    return back_ == 0 ? typed_ : lines_[lines_.size() - back_];
}

std::string CommandHistory::newer() {
    back_ = back_ == 0 ? 0 : back_ - 1;
    return back_ == 0 ? typed_ : lines_[lines_.size() - back_];
}

} // namespace ems::console
