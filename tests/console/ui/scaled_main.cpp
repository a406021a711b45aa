// An application whose text is 1.5 times as large as usual, or as EMS_TEXT_SCALE says.
#include "console/theme/screen_program.h"

#include <QApplication>
#include <gmock/gmock.h>

int main(int argc, char** argv) {
    testing::InitGoogleMock(&argc, argv);
    bool told = false;
    const double scale = qEnvironmentVariable("EMS_TEXT_SCALE").toDouble(&told);
    ems::console::scale_text(told ? scale : ems::console::kTextScaleMost);
    const QApplication app{argc, argv};
    return RUN_ALL_TESTS();
}
