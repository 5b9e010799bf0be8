using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Connectify.Server.Hosting;

/// <summary>Checks a section's values, and names those at fault by the keys that an operator wrote.</summary>
internal sealed class SectionValidator<T>(string section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var faults = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(faults.Select(fault => $"{section}:{fault.MemberNames.First()}: {fault.ErrorMessage}"));
    }
}
