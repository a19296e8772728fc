# Reasons for certain violations: all the facts that the first violated binding's tests read, not a smallest set of them.
package bench

import rego.v1

explained := {
	"violated": violated,
	"possible": possible,
	"reasons": object.union(reasons, reasons_against_code),
}

facts(names, fields) := {sprintf("%s.%s", [name, field]) | some name in names; some field in fields}

of_people(name) := facts(
	[name],
	["youngest", "oldest", "place", "consent", "quality", "alternative", "exploitable"],
)

of_actors(names) := facts(
	names,
	["kind", "jurisdiction", "acts-for", "lawful-basis", "judicial-oversight"],
)

of_served(called) := facts([called], ["by", "results-to"]) | of_actors(served[called])

of_cameras(use) := facts(use.camera, ["mount", "environment"])

reasons["against-law"] := {"law.unlawful"} if against_law_k

reasons["beyond-registration"] := sets[0] if {
	sets := [found |
		some called, use in input.use
		gated_k(use)
		beyond_registration_in_k(use)
		found := facts([called], ["operation", "purpose"]) | {"registration.use-cases"}
	]
}

reasons["exploits-young"] := sets[0] if {
	sets := [found |
		some called, use in input.use
		some name in use.people
		people := input.people[name]
		people.youngest < adult_age(people.place)
		exploits_young_by_k(people)
		found := (facts([called], ["people"]) | of_people(name)) | {"law.unlawful"}
	]
}

reasons["machine-decides"] := sets[0] if {
	sets := [found |
		some called, use in input.use
		count(use.consequences) > 0
		not is_p(use, "decision", {"person-decides"})
		found := facts([called], ["consequences", "decision"])
	]
}

reasons["sensitive-inference"] := sets[0] if {
	sets := [found |
		some called, use in input.use
		overlaps_k(use, "infers", data.below["sensitive-trait"])
		some name in use.people
		not is_p(input.people[name], "consent", {"explicit"})
		not sensitive_inference_lawful_p(called)
		found := (facts([called], ["infers", "people"]) | of_people(name)) | of_served(called)
	]
}

reasons["probing-automated"] := sets[0] if {
	sets := [found |
		some called, use in input.use
		overlaps_k(use, "operation", {"liveness"})
		overlaps_k(use, "probing", {"end-user-automation"})
		found := facts([called], ["operation", "probing"])
	]
}

reasons["probing-derived"] := sets[0] if {
	sets := [found |
		some called, use in input.use
		overlaps_k(use, "operation", {"liveness"})
		overlaps_k(use, "probing", {"derivative-application"})
		found := facts([called], ["operation", "probing"])
	]
}

reasons["without-consent"] := sets[0] if {
	sets := [found |
		some called, use in input.use
		touches_k(use)
		some name in use.people
		not consented_p(input.people[name])
		not without_consent_lawful_p(called)
		of_use := facts([called], ["people", "operation", "purpose"])
		found := ((of_use | of_people(name)) | of_served(called)) | {"registration.sector"}
	]
}

reasons["infers-gender"] := sets[0] if {
	sets := [found |
		some called, use in input.use
		overlaps_k(use, "infers", {"gender"})
		found := facts([called], ["infers"])
	]
}

reasons["infers-emotion"] := sets[0] if {
	sets := [found |
		some called, use in input.use
		overlaps_k(use, "infers", {"emotion"})
		found := facts([called], ["infers"])
	]
}

reasons["us-police"] := sets[0] if {
	sets := [found |
		some name, actor in input.actor
		data.below.US[actor.jurisdiction]
		data.below["law-enforcement"][actor.kind]
		some called, _ in input.use
		takes_part_k(name, called)
		found := of_actors(graph.reachable(links, {name})) | of_served(called)
	]
}

reasons["mobile-cameras"] := sets[0] if {
	sets := [found |
		some called, use in input.use
		use.timing == "real-time"
		recognises_k(use)
		mobile_cameras_see_k(use)
		some name, actor in input.actor
		data.below["law-enforcement"][actor.kind]
		takes_part_k(name, called)
		of_use := facts([called], ["timing", "camera", "operation", "purpose"])
		represented := of_actors(graph.reachable(links, {name}))
		found := ((of_use | of_cameras(use)) | represented) | of_served(called)
	]
}

reasons["being-watched"] := sets[0] if {
	sets := [found |
		some called, use in input.use
		being_watched_in_k(use)
		some name in use.people
		not consented_p(input.people[name])
		of_use := facts([called], ["people", "tracking", "timing", "operation", "purpose"])
		found := of_use | of_people(name)
	]
}

reasons_against_code := {"against-code": sets[0]} if {
	sets := [found |
		some clause in [
			"against-law", "beyond-registration", "machine-decides",
			"without-consent", "us-police",
		]
		found := reasons[clause]
	]
}

reasons_against_code := {} if not against_code_k
