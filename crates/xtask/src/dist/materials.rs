//! The list of what is inside, as CycloneDX writes it (a "software bill of materials"), for whoever looks for holes.
//!
//! It names no time and no machine, so that the same sources make the same list.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::inside::Inside;

/// The package that becomes the binary.
const BINARY: &str = "proxy";

/// The list, as JSON.
pub(crate) fn list(inside: &[Inside]) -> Result<String> {
    let binary = inside.iter().find(|package| package.name == BINARY).context("the binary is not in its own list")?;
    let others = inside.iter().filter(|package| package.name != BINARY);
    let bom = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": binary.purl(), "name": "creem-checkout", "version": binary.version,
                "licenses": licenses(binary),
            }
        },
        "components": others.map(component).collect::<Vec<_>>(),
        "dependencies": inside.iter().map(uses).collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string_pretty(&bom)? + "\n")
}

fn licenses(package: &Inside) -> Value {
    package.license.as_ref().map_or_else(|| json!([]), |license| json!([{ "expression": license }]))
}

fn component(package: &Inside) -> Value {
    let mut component = json!({
        "type": "library", "bom-ref": package.purl(), "name": package.name, "version": package.version,
        "licenses": licenses(package),
    });
    // What is nowhere but here has no name in the world.
    if !package.is_ours {
        component["purl"] = json!(package.purl());
    }
    if let Some(checksum) = &package.checksum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    if let Some(repository) = &package.repository {
        component["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    component
}

fn uses(package: &Inside) -> Value {
    json!({ "ref": package.purl(), "dependsOn": package.uses })
}
