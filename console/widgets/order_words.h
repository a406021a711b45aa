// Orders in words: what Enter or F4 will do, made of the very message that is sent; why one cannot be given; what a verb of
// the command line and its words are called.
#pragma once

#include "console/model/command_line.h"
#include "console/model/order_check.h"
#include "console/model/verb_table.h"

#include <QCoreApplication>
#include <QString>

namespace ems::console {

class OrderWords {
    Q_DECLARE_TR_FUNCTIONS(ems::console::OrderWords)
  public:
    [[nodiscard]] static QString echo(const DeskState& state, const api::ClientFrame& frame);
    [[nodiscard]] static QString echo(const DeskState& state, const Deed& deed);
    [[nodiscard]] static QString refusal(const Refused& refused);
    [[nodiscard]] static QString missing(const Missing& missing);
    [[nodiscard]] static QString verb(Verb verb); // what it does, in a few words
    [[nodiscard]] static QString word(Word word); // what stands there
    [[nodiscard]] static QString letters(Verb verb);
    // As a person writes it and reads it: asked, agreed, refused.
    [[nodiscard]] static QString neighbourSaid(const std::string& said);
    // "P 派 车组 [事件] [备注]"
    [[nodiscard]] static QString usage(const VerbRow& row);
    // States, stages and usual reasons in the language of the screen.
    [[nodiscard]] static CommandWords commandWords();
    [[nodiscard]] static QString roadKind(const std::string& kind);
    [[nodiscard]] static QString postingKind(const std::string& kind);
    // What a choice uncovers, the figures first and few of the names: "uncovers 4.6 x 10^4 people; then C in 12:00; A, B and others, 14 places".
    static constexpr int kLossNamesMost = 2;
    [[nodiscard]] static QString loss(const DeskState& state, const api::CoverageLoss& loss, int names_most = kLossNamesMost);
    // With as many of the names as have room in a line.
    [[nodiscard]] static QString lossIn(const DeskState& state, const api::CoverageLoss& loss, int px, double room);
    [[nodiscard]] static QString people(double count);
};

} // namespace ems::console
