// Words of what a crew found of its patient, for every screen: captions, values with their units,
// complaint groups and notes by code. Values of wire::PatientFindings, by field number.
#pragma once

#include <span>
#include <string_view>

#include "telemetry/wire/ems.pb.h"

#include <QCoreApplication>
#include <QString>

namespace ems::console {

class FindingWords {
    Q_DECLARE_TR_FUNCTIONS(ems::console::FindingWords)
  public:
    static QString caption(int field_number);
    // "3 L/min", "36.8 °C", "6/10"; "—" for what was not said.
    static QString value(const ems::wire::PatientFindings& findings, int field_number);
    // Of an entry that was made then: as value(), and when the patient was last seen well by the
    // clock, "18:26", with its day where that is another.
    static QString entered(const ems::wire::PatientFindings& findings, int field_number,
                           std::int64_t entered_us);
    // Of an entry as it stood, "6/10 18:56".
    static QString withTime(const ems::wire::PatientFindings& findings, int field_number,
                            std::int64_t entered_us);
    static QString consciousness(ems::wire::PatientFindings::Consciousness state);
    static QString oxygen(std::uint32_t dl_min);
    static QString onset(std::uint32_t minutes_before);
    // Of eyes, verbal or motor; 0: not testable.
    static QString gcs(int field_number, std::uint32_t points);
    // Of a complaint group or a note; one that is not known here as it is.
    static QString code(std::string_view code);

    // In the order in which they are offered.
    static std::span<const std::string_view> complaints();
    static std::span<const std::string_view> notes();
};

} // namespace ems::console
