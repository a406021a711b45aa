#include <QApplication>
#include <gmock/gmock.h>

#include "tests/console/ui/typist.h"

int main(int argc, char** argv) {
    testing::InitGoogleMock(&argc, argv);
    const QApplication app{argc, argv};
    if (qEnvironmentVariableIsSet(ems::console::kTypistDraft)) {
        return ems::console::typist();
    }
    return RUN_ALL_TESTS();
}
