#include "vehicle/device/hl7.h"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "vehicle/device/hl7_text.h"
#include "vehicle/device/mdc.h"
#include "vehicle/device/mllp.h"
#include "vehicle/device/numbers.h"

namespace ems::vehicle {
namespace {

constexpr std::size_t kControlIdMax = 199; // MSH-10 of HL7 2.7
constexpr std::size_t kFlagsMax = 8;

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

// The number of an MDC code of this partition in a coded field, of its first or alternate triplet.
std::optional<std::uint32_t> mdc_term(std::string_view field, std::uint32_t partition) {
    for (const std::size_t first : {std::size_t{1}, std::size_t{4}}) {
        const std::string_view system = hl7_component(field, first + 2);
        if (system != "MDC" && (first != 1 || !system.empty())) {
            continue;
        }
        const auto code = digits(hl7_component(field, first), 0, std::numeric_limits<int>::max());
        if (code && (static_cast<std::uint32_t>(*code) & 0xffff'0000U) == partition) {
            return static_cast<std::uint32_t>(*code) & 0xffffU;
        }
    }
    return std::nullopt;
}

// UCUM codes that monitors send. "{beats}" and the like before a unit are remarks, not part of it.
std::optional<MdcUnit> ucum_unit(std::string_view code) {
    if (code.starts_with('{')) {
        const std::size_t end = code.find('}');
        code = end == std::string_view::npos ? std::string_view{} : code.substr(end + 1);
    }
    if (code == "/min" || code == "1/min") {
        return MdcUnit::per_min;
    }
    if (code == "%") {
        return MdcUnit::percent;
    }
    if (code == "mm[Hg]") {
        return MdcUnit::mmhg;
    }
    if (code == "kPa") {
        return MdcUnit::kilo_pascal;
    }
    if (code == "Cel") {
        return MdcUnit::celsius;
    }
    if (code == "[degF]") {
        return MdcUnit::fahrenheit;
    }
    return std::nullopt;
}

std::optional<MdcUnit> unit_of(std::string_view field) {
    if (const auto term = mdc_term(field, kMdcPartitionDimension)) {
        return mdc_unit(*term);
    }
    for (const std::size_t first : {std::size_t{1}, std::size_t{4}}) {
        const std::string_view system = hl7_component(field, first + 2);
        if (system == "UCUM" || (first == 1 && system.empty())) {
            if (const auto unit = ucum_unit(hl7_component(field, first))) {
                return unit;
            }
        }
    }
    return std::nullopt;
}

// OBX-8 may repeat, and newer versions code it.
bool flags_let_it_stand(std::string_view field) {
    constexpr std::array<std::string_view, 12> kHarmless{
        "", "N", "L", "H", "LL", "HH", "A", "AA", "ALACT", "ALINH", "EARLY", "BUSY"};
    const Hl7Fields flags = hl7_split(field, '~', kFlagsMax + 1);
    return flags.size() <= kFlagsMax &&
           std::all_of(flags.begin(), flags.end(), [&](std::string_view flag) {
               return one_of(hl7_component(flag, 1), kHarmless);
           });
}

// A text in GBK may hold a byte that looks like a separator and moves what follows by one field:
// then the flags stand where a probability should.
bool fields_are_in_place(const Hl7Fields& fields) {
    const std::string_view probability = hl7_field(fields, 9);
    return probability.empty() || decimal(probability, 0, 1);
}

// A segment that ends before its status was torn: only an empty status is none.
bool status_lets_it_stand(const Hl7Fields& fields) {
    constexpr std::array<std::string_view, 7> kStands{"", "F", "R", "P", "C", "U", "V"};
    return fields.size() > 11 && one_of(fields[11], kStands);
}

void take_observation(const Hl7Fields& fields, VitalSelection& into) {
    const auto term = mdc_term(hl7_field(fields, 3), kMdcPartitionScada);
    const auto vital = term ? mdc_vital(*term) : std::nullopt;
    if (!vital) {
        return;
    }
    VitalValue value{.kind = vital->kind};
    const auto unit = unit_of(hl7_field(fields, 6));
    const auto shown = decimal(hl7_field(fields, 5), -10'000, 10'000);
    if (unit && shown && hl7_field(fields, 2) == "NM" && flags_let_it_stand(hl7_field(fields, 8)) &&
        status_lets_it_stand(fields) && fields_are_in_place(fields)) {
        value.value = mdc_value(vital->kind, *unit, *shown);
    }
    if (of_cuff(vital->kind)) {
        value.measured_at = hl7_time(hl7_field(fields, 14));
    }
    into.add(*vital, std::move(value));
}

// What of the MSH segment counts. Its fields are numbered one lower here, since MSH-1 is the
// separator.
struct Header {
    std::string_view type;
    std::string_view control_id;
    std::string_view version;
    std::string_view accept_wanted;
    std::string_view application_wanted;
    std::string_view processing; // "P" production, "T" training, "D" debugging
};

// Numbers of a monitor in training or on a bench are nobody's.
bool is_production(const Header& header) {
    const std::string_view mode = hl7_component(header.processing, 1);
    return mode.empty() || mode == "P";
}

bool wanted(std::string_view condition, bool good) {
    return condition == "AL" || (condition == "SU" && good) || (condition == "ER" && !good);
}

std::string acknowledge(const Header& header) {
    const bool good = hl7_component(header.type, 1) == "ORU";
    const bool original = header.accept_wanted.empty() && header.application_wanted.empty();
    std::string_view code;
    if (original || wanted(header.application_wanted, good)) {
        code = good ? "AA" : "AR";
    } else if (wanted(header.accept_wanted, good)) {
        code = good ? "CA" : "CR";
    }
    if (code.empty() || header.control_id.empty() || header.control_id.size() > kControlIdMax) {
        return {};
    }
    const std::string id = hl7_printable(header.control_id, kControlIdMax);
    const std::string trigger = hl7_printable(hl7_component(header.type, 2), 3);
    const std::string version = hl7_printable(hl7_component(header.version, 1), 8);
    return fmt::format("MSH|^~\\&|||||||ACK^{}^ACK|{}|P|{}\rMSA|{}|{}\r", trigger, id, version,
                       code, id);
}

class Hl7Monitor final : public MonitorProtocol {
  public:
    Heard feed(std::string_view bytes, Ticks) override {
        Heard heard;
        const std::uint64_t dropped = framer_.dropped();
        for (const std::string& text : framer_.feed(bytes)) {
            auto parsed = parse_hl7(text);
            if (!parsed) {
                ++heard.refused;
                continue;
            }
            if (!parsed->acknowledgement.empty()) {
                heard.send.push_back(mllp_frame(parsed->acknowledgement));
            }
            heard.messages.emplace_back().values = std::move(parsed->values);
        }
        heard.refused += framer_.dropped() - dropped;
        return heard;
    }
    std::vector<std::string> due(Ticks) override { return {}; }
    [[nodiscard]] std::vector<std::string> farewell() const override { return {}; }

  private:
    MllpFramer framer_;
};

} // namespace

Result<Hl7Message> parse_hl7(std::string_view message) {
    Hl7Message out;
    VitalSelection values;
    Header header;
    bool has_header = false;
    bool observations = false;
    int patients = 0;
    const bool whole = each_hl7_segment(message, [&](const Hl7Fields& fields) {
        const std::string_view name = fields.front();
        if (!has_header) {
            has_header = name == "MSH" && hl7_field(fields, 1).starts_with("^~\\&");
            header = {.type = hl7_field(fields, 8),
                      .control_id = hl7_field(fields, 9),
                      .version = hl7_field(fields, 11),
                      .accept_wanted = hl7_field(fields, 14),
                      .application_wanted = hl7_field(fields, 15),
                      .processing = hl7_field(fields, 10)};
            observations =
                hl7_component(header.type, 1) == "ORU" && hl7_component(header.type, 2) == "R01";
            return has_header;
        }
        if (name == "OBX" && observations) {
            take_observation(fields, values);
        }
        patients += name == "PID" ? 1 : 0;
        return name != "MSH" && patients <= 1;
    });
    if (!has_header || !whole) {
        return fail(Code::malformed, has_header ? "HL7 message of several messages, of several "
                                                  "patients or of too many segments"
                                                : "HL7 message does not begin with MSH|^~\\&");
    }
    out.values = values.take();
    if (!is_production(header)) {
        for (VitalValue& value : out.values) {
            value.value.reset();
        }
    }
    out.acknowledgement = acknowledge(header);
    return out;
}

std::unique_ptr<MonitorProtocol> make_hl7_monitor() {
    return std::make_unique<Hl7Monitor>();
}

} // namespace ems::vehicle
