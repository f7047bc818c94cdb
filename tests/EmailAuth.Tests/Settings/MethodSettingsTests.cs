using EmailAuth.Settings;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Settings;

/// <summary>The settings of SPF, DKIM, ARC and DMARC.</summary>
public class MethodSettingsTests
{
    [Fact]
    public void Each_row_is_as_it_was_approved() => ApprovedPage.Verify("settings", "method.txt", SettingsTableTests.Lines(MethodSettings.Rows));

    [Theory]
    [InlineData("", false)]
    [InlineData("X", true)]
    [InlineData("List-Id", true)]
    [InlineData("X~", true)]
    [InlineData("X\u007f", false)]
    public void A_name_of_a_field_has_one_character_at_least_and_each_is_visible(string text, bool isName) => Assert.Equal(isName, MethodSettings.FieldName.TryParse(text, out _));
}
